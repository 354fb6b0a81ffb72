package io.mics.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoreSettingsTest {
    private static StoreSettings settings(String url, String user, String password) {
        return new StoreSettings(url, user, password, 12, "data", 1, 1);
    }

    @ParameterizedTest
    @CsvSource({
        "postgres://h/d, jdbc:postgresql://h/d, '', ''",
        "postgresql://u@h:5433/d, jdbc:postgresql://h:5433/d, u, ''",
        "'postgres://u:p%40%2Bw+@h1:1,h2:2/d?sslmode=require', 'jdbc:postgresql://h1:1,h2:2/d?sslmode=require', u,"
                + " p@+w+",
        "postgres://u:a@b@h/d, jdbc:postgresql://h/d, u, a@b",
        "jdbc:postgresql://h/d?user=x, jdbc:postgresql://h/d?user=x, '', ''",
    })
    void addressesAreReadInTheSpellingsPeopleUse(String url, String jdbc, String user, String password) {
        assertThat(DatabaseAddress.parse(url)).contains(new DatabaseAddress(jdbc, user, password));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql://h/d",
                "jdbc:mysql://h/d",
                "h:5432",
                "postgres://",
                "postgres://h",
                "postgres://h/",
                "postgres:///d",
                "postgres://u:%zz@h/d",
                "jdbc:postgresql:",
                "postgres://h/?x=y"
            })
    void otherAddressesAreNone(String url) {
        assertThat(DatabaseAddress.parse(url)).isEmpty();
    }

    @Test
    void aLoginOfItsOwnBeatsTheAddress() {
        assertThat(settings("postgres://u:p@h/d", "v", "").address())
                .contains(new DatabaseAddress("jdbc:postgresql://h/d", "v", "p"));
        assertThat(settings("postgres://u:p@h/d", "", "q").address())
                .contains(new DatabaseAddress("jdbc:postgresql://h/d", "u", "q"));
        assertThat(settings("", "", "").address()).isEmpty();
    }

    @Test
    void secretsAreNotPrinted() {
        StoreSettings settings = settings("postgres://u:secret1@h/d?password=secret2", "v", "secret3");
        assertThat(settings.toString() + settings.address())
                .doesNotContain("secret")
                .contains("jdbc:postgresql://h/d");
    }
}
