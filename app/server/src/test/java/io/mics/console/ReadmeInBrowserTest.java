package io.mics.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.readme.Readme;
import io.mics.readme.Readme.Example;
import io.mics.testing.Browser;
import io.mics.testing.Page;
import io.mics.testing.node.TestGateway;
import jakarta.json.JsonString;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** README's JavaScript, in a page of a real browser; only the port is another. */
@Timeout(120)
@Tag("engine")
class ReadmeInBrowserTest {
    @Test
    void javaScriptSendsAndReceives() throws Exception {
        Optional<Path> chromium = Browser.find();
        Assumptions.assumeTrue(chromium.isPresent(), "skipped: no Chromium found");
        Example example = Readme.example("js", "new WebSocket");
        try (TestGateway gateway = TestGateway.playground();
                Browser browser = Browser.launch(chromium.orElseThrow());
                Page page = browser.open("http://127.0.0.1:" + gateway.port() + "/healthz")) {
            page.await("document.readyState === 'complete' && location.pathname === '/healthz'");
            page.evaluate("globalThis.printed = []; console.log = (line) => printed.push(line)");
            page.evaluate(example.text().replace("8080", String.valueOf(gateway.port())) + "undefined");
            page.await("printed.length >= " + example.output().lines().count());
            String printed = ((JsonString) page.evaluate("printed.join('\\n')")).getString();
            assertThat(printed).matches(shown(example.output()));
            page.evaluate("socket.close()");
        }
    }

    private static Pattern shown(String output) {
        return Pattern.compile("\\Q" + output.strip().replace("…", "\\E.*\\Q") + "\\E", Pattern.DOTALL);
    }
}
