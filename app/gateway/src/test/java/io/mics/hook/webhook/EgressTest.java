package io.mics.hook.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mics.httpclient.AddressRule.ForbiddenException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EgressTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "169.254.0.1",
                "100.100.100.200",
                "168.63.129.16",
                "192.0.0.192",
                "0.0.0.0",
                "0.1.2.3",
                "224.0.0.1",
                "239.255.255.255",
                "255.255.255.255",
                "::",
                "fe80::1",
                "ff02::1",
                "fd00:ec2::254",
                "fd20:ce::254",
                "::ffff:169.254.169.254",
                "::169.254.169.254",
                "64:ff9b::a9fe:a9fe",
                "2002:a9fe:a9fe::1",
                "::ffff:0:169.254.169.254"
            })
    void nobodyIsSentWhereCloudsHandOutCredentials(String address) throws Exception {
        assertThat(Egress.DEFAULT.refusal("innocent.example", InetAddress.getByName(address)))
                .hasValueSatisfying(why -> assertThat(why).startsWith("innocent.example ("));
        assertThat(read(List.of("innocent.example"), List.of())
                        .refusal("innocent.example", InetAddress.getByName(address)))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "10.1.2.3", "192.168.0.1", "8.8.8.8", "::1", "fd00::1", "2001:db8::1"})
    void everythingElseMayBeCalledUnlessSomethingIsListed(String address) throws Exception {
        assertThat(Egress.DEFAULT.refusal("h", InetAddress.getByName(address))).isEmpty();
    }

    @Test
    void onlyWhatIsListedMayBeCalledOnceSomethingIs() throws Exception {
        Egress egress = read(List.of("10.0.0.0/8", "hooks.example.com", "*.corp.example"), List.of());
        assertThat(egress.refusal("any", ip("10.255.0.1"))).isEmpty();
        assertThat(egress.refusal("any", ip("11.0.0.1"))).contains("any (11.0.0.1) is not allowed by webhook-targets");
        assertThat(egress.refusal("Hooks.Example.COM.", ip("8.8.8.8"))).isEmpty();
        assertThat(egress.refusal("x.hooks.example.com", ip("8.8.8.8"))).isPresent();
        assertThat(egress.refusal("a.b.corp.example", ip("8.8.8.8"))).isEmpty();
        assertThat(egress.refusal("corp.example", ip("8.8.8.8"))).isPresent();
        assertThat(egress.refusal("evilcorp.example", ip("8.8.8.8"))).isPresent();
    }

    @Test
    void aDenialWinsOverAllowing() throws Exception {
        Egress egress = read(List.of("10.0.0.0/8", "a.example"), List.of("10.1.0.0/16", "*.example"));
        assertThat(egress.refusal("h", ip("10.2.0.1"))).isEmpty();
        assertThat(egress.refusal("h", ip("10.1.0.1"))).isPresent();
        assertThat(egress.refusal("h", ip("64:ff9b::a01:1"))).isPresent();
        assertThat(egress.refusal("a.example", ip("10.2.0.1"))).isPresent();
    }

    @Test
    void anAddressThatIsListedMayBeCalledThoughItIsLinkLocal() throws Exception {
        assertThat(read(List.of("169.254.7.7"), List.of()).refusal("h", ip("169.254.7.7")))
                .isEmpty();
    }

    @Test
    void ofANamesAddressesAllThatMayBeCalledAreTriedInTurn() throws Exception {
        InetAddress good = ip("8.8.8.8");
        InetAddress next = ip("8.8.4.4");
        assertThat(Egress.DEFAULT.allowed("h", List.of(ip("169.254.169.254"), good, next)))
                .containsExactly(good, next);
        assertThatThrownBy(() -> Egress.DEFAULT.allowed("h", List.of(ip("169.254.169.254"))))
                .isInstanceOf(ForbiddenException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "10.0.0.0/33",
                "10.0.0.1/8",
                "10.0.0",
                "300.1.1.1",
                "10.0.0.0/",
                "10.0.0.0/-1",
                "::1/129",
                "fe80::1%eth0",
                "http://a.example",
                "a b",
                "a..b",
                "*.",
                "-a.example",
                "a.example:80",
                "1.2.3.4.5"
            })
    void anEntryThatNamesNothingIsReported(String entry) {
        assertThat(Egress.parse(List.of("10.0.0.0/8"), List.of("a.example", entry)))
                .isEqualTo(new Egress.Parsed.Refused(List.of(new Egress.BadEntry(
                        "deny", 1, entry, "not an address, a block such as 10.0.0.0/8 or a host name"))));
    }

    @Test
    void theSameListsMakeTheSameRules() {
        assertThat(read(List.of("10.0.0.0/8"), List.of()))
                .isEqualTo(read(List.of("10.0.0.0/8"), List.of()))
                .isNotEqualTo(read(List.of(), List.of("10.0.0.0/8")));
        assertThat(read(List.of(), List.of())).isEqualTo(Egress.DEFAULT);
    }

    private static Egress read(List<String> allow, List<String> deny) {
        return ((Egress.Parsed.Read) Egress.parse(allow, deny)).egress();
    }

    private static InetAddress ip(String address) throws UnknownHostException {
        return InetAddress.getByName(address);
    }
}
