package io.mics.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdRuleTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a|b", "a{b}", "a/b", "a\nb", "a\u0000b", "ä", "a\\b", "a*b", "😀"})
    void refusesSeparatorsAndControlCharactersEverywhere(String id) {
        for (IdRule rule : IdRule.values()) {
            assertThat(rule.allows(id)).as("%s %s", rule, id).isFalse();
        }
    }

    @Test
    void holdsLengthsAtTheirEdge() {
        assertThat(IdRule.TENANT.allows("t".repeat(64))).isTrue();
        assertThat(IdRule.TENANT.allows("t".repeat(65))).isFalse();
        assertThat(IdRule.USER.allows("u".repeat(128))).isTrue();
        assertThat(IdRule.USER.allows("u".repeat(129))).isFalse();
        assertThat(IdRule.USER.allows("u".repeat(10_240))).isFalse();
    }

    @Test
    void letsUsersButNotTenantsHaveDotsColonsAndAts() {
        assertThat(IdRule.USER.allows("a.b:c@d-e_f")).isTrue();
        assertThat(IdRule.TENANT.allows("a.b")).isFalse();
        assertThat(IdRule.TENANT.allows("A-b_9")).isTrue();
    }

    @Test
    void takesAnyPrintableMessageId() {
        assertThat(IdRule.allowsMessageId("1")).isTrue();
        assertThat(IdRule.allowsMessageId("a b|ü{}")).isTrue();
        assertThat(IdRule.allowsMessageId("x".repeat(128))).isTrue();
        assertThat(IdRule.allowsMessageId("x".repeat(129))).isFalse();
        assertThat(IdRule.allowsMessageId("")).isFalse();
        assertThat(IdRule.allowsMessageId("a\tb")).isFalse();
        assertThat(IdRule.allowsMessageId("a\u202eb")).isFalse();
    }
}
