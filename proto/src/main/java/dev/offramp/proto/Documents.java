package dev.offramp.proto;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import dev.offramp.partition.Placement;
import dev.offramp.partition.feed.Feeds;
import dev.offramp.partition.policy.Policy;

/** Placements, policies and feeds as JSON text, in protobuf's form: for keeping and for reading by people. Stateless. */
public final class Documents {
    private Documents() {}

    public static String toJson(Placement placement) {
        return print(Codec.write(placement));
    }

    public static Placement placement(String json) throws WireException {
        var message = dev.offramp.proto.v1.Placement.newBuilder();
        merge("placement", json, message);
        return Codec.read(message.build());
    }

    public static String toJson(Policy policy) {
        return print(Codec.write(policy));
    }

    public static Policy policy(String json) throws WireException {
        var message = dev.offramp.proto.v1.Policy.newBuilder();
        merge("policy", json, message);
        return Codec.read(message.build());
    }

    public static String toJson(Feeds feeds) {
        return print(FeedCodec.write(feeds));
    }

    public static Feeds feeds(String json) throws WireException {
        var message = dev.offramp.proto.v1.Feeds.newBuilder();
        merge("feeds", json, message);
        return FeedCodec.read(message.build());
    }

    static String print(MessageOrBuilder message) {
        try {
            return JsonFormat.printer().preservingProtoFieldNames().print(message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("messages without Any fields always print", e);
        }
    }

    static void merge(String what, String json, Message.Builder message) throws WireException {
        try {
            JsonFormat.parser().merge(json, message);
        } catch (InvalidProtocolBufferException e) {
            throw new WireException("%s is not readable: %s".formatted(what, e.getMessage()));
        }
    }
}
