package io.mics.hook.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.Deadline;
import io.mics.hook.point.Acknowledged;
import io.mics.hook.point.HookResponse;
import io.mics.httpclient.AddressRule;
import io.mics.httpclient.ConnectionPool;
import io.mics.httpclient.HttpClient;
import io.mics.httpclient.TrustStore;
import io.mics.testing.HandWrittenHttp;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpProbeTest {
    private static HookResponse<Acknowledged> probed(int status) throws Exception {
        try (HandWrittenHttp server = HandWrittenHttp.start(connection -> {
                    connection.expect();
                    connection.send("HTTP/1.1 " + status + " Said\r\nContent-Length: 0\r\n\r\n");
                });
                HttpClient client = HttpClient.ofDefaults();
                ConnectionPool pool = client.pool(() -> AddressRule.ANY, TrustStore.JVM)) {
            return HttpProbe.of(pool, server.url() + "/hook", Deadline.after(Duration.ofSeconds(30)));
        }
    }

    @Test
    void whoeverTakesNoOptionsIsReachableAllTheSame() throws Exception {
        for (int status : new int[] {200, 204, 400, 401, 403, 404, 405, 501}) {
            assertThat(probed(status))
                    .as("" + status)
                    .isEqualTo(new HookResponse.Answered<>(Acknowledged.ACKNOWLEDGED));
        }
    }

    @Test
    void redirectsFailuresAndWhatIsGoneAreNotReachable() throws Exception {
        for (int status : new int[] {301, 308, 410, 500, 502, 503}) {
            assertThat(probed(status)).as("" + status).isInstanceOf(HookResponse.Failed.class);
        }
    }
}
