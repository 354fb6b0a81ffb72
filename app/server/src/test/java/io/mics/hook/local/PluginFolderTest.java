package io.mics.hook.local;

import static io.mics.hook.local.PluginCalls.answered;
import static io.mics.hook.local.PluginCalls.ask;
import static io.mics.hook.local.PluginCalls.failed;
import static org.assertj.core.api.Assertions.assertThat;

import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookResponse.Kind;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.plugin.PostSendHook;
import io.mics.sdk.plugin.PreSendHook;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PluginFolderTest {
    private static final String GO_ON = "return new HookResult.Continue(draft);";

    @TempDir
    Path parent;

    private Path plugins() throws Exception {
        return Files.createDirectories(parent.resolve("plugins"));
    }

    private String cause(Path folder) throws Exception {
        try (PluginClient client = PluginCalls.preSend(folder, "acme.Words")) {
            var failed = failed(ask(client, "hi"));
            assertThat(failed.kind()).isEqualTo(Kind.FORBIDDEN);
            return failed.cause();
        }
    }

    @Test
    void saysWhatThereIsWhenAClassIsNot() throws Exception {
        Path folder = parent.resolve("plugins");
        assertThat(cause(folder)).isEqualTo("plugin acme.Words: no class acme.Words in plugins/: found no such folder");

        plugins();
        assertThat(cause(folder)).endsWith("no class acme.Words in plugins/: found nothing");

        PluginJars.preSend(folder, "Other", GO_ON);
        Files.writeString(folder.resolve("broken.jar"), "no zip");
        assertThat(cause(folder)).contains("found acme.Other (Other.jar), broken.jar, which cannot be read: ");
    }

    @Test
    void saysWhatIsMissingWithoutRunningAnythingOfAPlugin() throws Exception {
        PluginFolder folder = new PluginFolder(plugins());
        assertThat(folder.missing(HookPoint.PRE_SEND, "acme.Words"))
                .isEqualTo("no class acme.Words in plugins/: found nothing");
        PluginJars.write(plugins().resolve("words.jar"), PreSendHook.class, "acme.Words", """
            package acme;
            import io.mics.sdk.plugin.*;
            public class Words implements PreSendHook {
                public Words() { throw new IllegalStateException("was run"); }
                public HookResult handle(HookContext context, MessageDraft draft) { return null; }
            }
            """);
        assertThat(folder.missing(HookPoint.PRE_SEND, "acme.Words")).isEmpty();
        assertThat(folder.missing(HookPoint.POST_SEND, "acme.Words"))
                .contains("is not named in its META-INF/services/");
    }

    @Test
    void saysWhenTheServiceFileDoesNotNameTheClass() throws Exception {
        PluginJars.write(
                plugins().resolve("words.jar"),
                PostSendHook.class,
                "acme.Words",
                PluginJars.preSendSource("Words", GO_ON));

        assertThat(cause(plugins()))
                .endsWith("class acme.Words of words.jar is not named in its"
                        + " META-INF/services/io.mics.sdk.plugin.PreSendHook");
    }

    @Test
    void twoJarsWithOneClassAreRefused() throws Exception {
        for (String jar : new String[] {"a.jar", "b.jar"}) {
            PluginJars.write(
                    plugins().resolve(jar), PreSendHook.class, "acme.Words", PluginJars.preSendSource("Words", GO_ON));
        }
        assertThat(cause(plugins())).endsWith("class acme.Words is in more than one jar of plugins/: a.jar, b.jar");
    }

    @Test
    void saysWhyAPluginCannotBeMade() throws Exception {
        PluginJars.write(plugins().resolve("words.jar"), PreSendHook.class, "acme.Words", """
            package acme;
            import io.mics.sdk.plugin.*;
            public class Words implements PreSendHook {
                public Words() { throw new IllegalStateException("no licence\\nsecond line"); }
                public HookResult handle(HookContext context, MessageDraft draft) { return null; }
            }
            """);
        assertThat(cause(plugins()))
                .endsWith("cannot be made: java.lang.IllegalStateException at acme.Words.<init>(Words.java:4):"
                        + " no licence");
    }

    @Test
    void oneBrokenPluginOfAJarDoesNotHarmTheOthers() throws Exception {
        PluginJars.write(
                plugins().resolve("words.jar"),
                PreSendHook.class,
                "acme.Gone\nacme.Broken # comment\nacme.Words",
                """
                package acme;
                public class Broken {
                    static { if (true) throw new IllegalStateException("broken"); }
                }
                """,
                PluginJars.preSendSource("Words", GO_ON));
        try (PluginClient client = PluginCalls.preSend(plugins(), "acme.Words")) {
            assertThat(answered(ask(client, "hi"))).isNotNull();
        }
    }

    @Test
    void seesItsOwnJarAndNeitherTheServersClassesNorAnotherPlugins() throws Exception {
        PluginJars.preSend(plugins(), "Other", GO_ON);
        Path words = PluginJars.preSend(plugins(), "Words", """
            Map<String, String> seen = new TreeMap<>();
            for (String name : List.of("acme.Words", "acme.Other", "io.mics.Main", "org.slf4j.Logger",
                    "io.mics.sdk.sign.Signer", "java.sql.Driver")) {
                try {
                    Class.forName(name, true, Thread.currentThread().getContextClassLoader());
                    seen.put(name, "yes");
                } catch (ClassNotFoundException e) {
                    seen.put(name, "no");
                }
            }
            seen.put("resource", new Scanner(getClass().getResourceAsStream(
                    "/META-INF/services/io.mics.sdk.plugin.PreSendHook")).nextLine());
            return new HookResult.Continue(draft.withMetadata(seen));\
            """);
        assertThat(words).exists();
        try (PluginClient client = PluginCalls.preSend(plugins(), "acme.Words")) {
            MessageDraft answer = answered(ask(client, "hi"));

            assertThat(answer.metadata())
                    .containsEntry("acme.Words", "yes")
                    .containsEntry("java.sql.Driver", "yes")
                    .containsEntry("acme.Other", "no")
                    .containsEntry("io.mics.Main", "no")
                    .containsEntry("org.slf4j.Logger", "no")
                    .containsEntry("io.mics.sdk.sign.Signer", "no")
                    .containsEntry("resource", "acme.Words");
        }
    }

    @Test
    void aReplacedJarIsSeenByTheNextClientAndNotByTheOneAtWork() throws Exception {
        PluginJars.preSend(
                plugins(), "Words", "return new HookResult.Continue(draft.withMetadata(Map.of(\"v\", \"1\")));");
        try (PluginClient before = PluginCalls.preSend(plugins(), "acme.Words")) {
            assertThat(answered(ask(before, "hi")).metadata()).containsEntry("v", "1");

            PluginJars.preSend(
                    plugins(), "Words", "return new HookResult.Continue(draft.withMetadata(Map.of(\"v\", \"2\")));");
            try (PluginClient after = PluginCalls.preSend(plugins(), "acme.Words")) {
                assertThat(answered(ask(after, "hi")).metadata()).containsEntry("v", "2");
            }
            assertThat(answered(ask(before, "hi")).metadata()).containsEntry("v", "1");
        }
    }
}
