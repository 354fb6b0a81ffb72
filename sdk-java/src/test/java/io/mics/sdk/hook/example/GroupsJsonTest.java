package io.mics.sdk.hook.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupsJsonTest {

    @Test
    void readsGroupsOfUsersWithAnySpacing() {
        assertThat(GroupsJson.read(" { \"g 1\" : [ \"u1\" , \"u2\" ],\n\"g2\":[] } "))
                .isEqualTo(Map.of("g 1", List.of("u1", "u2"), "g2", List.of()));
        assertThat(GroupsJson.read("{}")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"g\"}",
                "{\"g\":}",
                "{\"g\":[u]}",
                "{\"g\":[\"u\",]}",
                "{\"g\":[],}",
                "{\"g\":[\"u]}",
                "{} x"
            })
    void refusesWhatIsNoObjectAndSaysWhere(String text) {
        assertThatThrownBy(() -> GroupsJson.read(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at character");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"u\"", "1", "null", "{}", "[1]", "[null]", "[[]]"})
    void refusesMembersThatAreNoArrayOfUsersAndSaysOfWhichGroup(String members) {
        assertThatThrownBy(() -> GroupsJson.read("{\"g\":" + members + "}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("group \"g\": expected an array of user ids");
    }

    @Test
    void refusesAGroupGivenTwice() {
        assertThatThrownBy(() -> GroupsJson.read("{\"g\":[],\"g\":[]}"))
                .hasMessage("expected another name at character 8");
    }
}
