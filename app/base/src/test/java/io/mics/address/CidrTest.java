package io.mics.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
    private static boolean holds(String block, String address) throws Exception {
        return Cidr.parse(block).orElseThrow().contains(InetAddress.getByName(address));
    }

    @Test
    void blocksHoldWhatLiesInThemAndNothingBeyondTheirEdges() throws Exception {
        assertThat(holds("10.0.0.0/8", "10.0.0.0")).isTrue();
        assertThat(holds("10.0.0.0/8", "10.255.255.255")).isTrue();
        assertThat(holds("10.0.0.0/8", "11.0.0.0")).isFalse();
        assertThat(holds("192.0.2.128/25", "192.0.2.128")).isTrue();
        assertThat(holds("192.0.2.128/25", "192.0.2.127")).isFalse();
        assertThat(holds("192.0.2.1", "192.0.2.1")).isTrue();
        assertThat(holds("192.0.2.1", "192.0.2.2")).isFalse();
        assertThat(holds("2001:db8::/33", "2001:db8:7fff::1")).isTrue();
        assertThat(holds("2001:db8::/33", "2001:db8:8000::")).isFalse();
        assertThat(holds("0.0.0.0/0", "255.255.255.255")).isTrue();
        assertThat(holds("0.0.0.0/0", "2001:db8::1")).isFalse();
    }

    @Test
    void anIpv4AddressAndASixtyFourOfIpv6AreOneForLimits() throws Exception {
        long one = LimitKey.of(InetAddress.getByName("2001:db8:0:1::1"));
        assertThat(LimitKey.of(InetAddress.getByName("2001:db8:0:1:ffff::2"))).isEqualTo(one);
        assertThat(LimitKey.of(InetAddress.getByName("2001:db8:0:2::1"))).isNotEqualTo(one);
        assertThat(LimitKey.of(InetAddress.getByName("10.0.0.1")))
                .isNotEqualTo(LimitKey.of(InetAddress.getByName("10.0.0.2")));
    }

    @Test
    void whatIsNoBlockIsNotReadNorIsOneWithBitsBeyondItsPrefix() {
        for (String bad : List.of(
                "", "host", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/", "10.0.0.0/-1", "::/129", "10.1.2.3/8", "a::1/64")) {
            assertThat(Cidr.parse(bad)).as(bad).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.2.3.4", "0.0.0.0", "255.255.255.255", "::", "::1", "2001:db8::1", "::ffff:1.2.3.4"})
    void anAddressInDigitsIsOne(String text) throws Exception {
        assertThat(Literal.parse(text)).hasValue(InetAddress.getByName(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1.2.3.256", "1.2.3.999", "1.2.3", "1.2.3.4.", "....", ".::1", "..:1", "010.0.0.1", "a", ""})
    void whatTheJdkWouldLookUpIsNotGivenToIt(String text) {
        assertThat(Literal.is(text)).isFalse();
        assertThat(Literal.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1:2", ":", "1::2::3", "fe80::g", "fe80::1%1", "[::1]"})
    void brokenIpv6IsNoAddress(String text) {
        assertThat(Literal.parse(text)).isEmpty();
    }
}
