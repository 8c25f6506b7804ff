package dev.offramp.partition.onnx;

import dev.offramp.partition.onnx.schema.AttributeProto;
import dev.offramp.partition.onnx.schema.NodeProto;
import dev.offramp.partition.onnx.schema.TensorProto;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The attributes of an operator, with their defaults. */
record Attributes(NodeProto node) {
    private Optional<AttributeProto> find(String name) {
        return node.getAttributeList().stream()
                .filter(attribute -> attribute.getName().equals(name))
                .findFirst();
    }

    boolean has(String name) {
        return find(name).isPresent();
    }

    long integer(String name, long otherwise) {
        return find(name).map(AttributeProto::getI).orElse(otherwise);
    }

    String text(String name, String otherwise) {
        return find(name)
                .map(attribute -> attribute.getS().toString(StandardCharsets.UTF_8))
                .orElse(otherwise);
    }

    long[] integers(String name, long... otherwise) {
        return find(name)
                .map(attribute -> attribute.getIntsList().stream()
                        .mapToLong(Long::longValue)
                        .toArray())
                .orElse(otherwise);
    }

    Optional<TensorProto> tensor(String name) {
        return find(name).map(AttributeProto::getT);
    }

    Optional<Float> number(String name) {
        return find(name).map(AttributeProto::getF);
    }
}
