package dev.offramp.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CodecChoiceTest {
    @ParameterizedTest
    @EnumSource(ActivationCodec.class)
    void everyCodecIsFoundByItsLabelAndByWhatItDoes(ActivationCodec codec) {
        assertThat(ActivationCodec.find(codec.label())).contains(codec);
        assertThat(ActivationCodec.of(codec.numbers(), codec.compressed())).isEqualTo(codec);
        assertThat(CodecChoice.parse(codec.label())).isEqualTo(CodecChoice.pinned(codec));
    }

    @Test
    void everyLabelIsReadAndWrittenAgain() {
        for (String label : CodecChoice.labels()) {
            assertThat(CodecChoice.parse(label).label()).isEqualTo(label);
        }
        assertThat(CodecChoice.parse("int8, fp16").label()).isEqualTo("fp16,int8");
    }

    @Test
    void whatIsExactGivesTheVeryBitsThatWereSent() {
        assertThat(CodecChoice.EXACT.allowed()).containsExactly(ActivationCodec.FP32, ActivationCodec.FP32_ZSTD);
        assertThat(CodecChoice.EXACT.allowed()).allMatch(ActivationCodec::isExact);
        assertThat(CodecChoice.AUTO.allowed()).containsExactly(ActivationCodec.values());
    }

    @Test
    void refusesUnknownLabelsAndSaysWhichThereAre() {
        for (String wrong : new String[] {"", "int4", "auto,fp16", "fp16,", "zstd"}) {
            assertThatThrownBy(() -> CodecChoice.parse(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is no codec")
                    .hasMessageContaining("int8-tensor+zstd");
        }
        assertThatThrownBy(() -> new CodecChoice(Set.of())).hasMessageContaining("at least one");
    }
}
