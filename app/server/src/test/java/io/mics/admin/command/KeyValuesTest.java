package io.mics.admin.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

class KeyValuesTest {
    private final CommandLine line = new CommandLine(CommandSpec.create()
            .addSubcommand(
                    "find",
                    CommandSpec.create()
                            .addOption(OptionSpec.builder("--tenant")
                                    .type(String.class)
                                    .build())
                            .addOption(OptionSpec.builder("--all").build())
                            .addPositional(PositionalParamSpec.builder().build())));

    private List<String> asOptions(String... arguments) {
        return KeyValues.asOptions(line, List.of(arguments));
    }

    @Test
    void anOptionOfTheCommandMayBeWrittenWithoutDashes() {
        assertThat(asOptions("find", "tenant=t1=\n2", "all=true"))
                .containsExactly("find", "--tenant=t1=\n2", "--all=true");
    }

    @Test
    void whatNamesNoOptionStaysAsItIs() {
        assertThat(asOptions("tenant=t1", "find", "id=1", "-tenant=t1", "=t1", "Tenant=t1"))
                .containsExactly("tenant=t1", "find", "id=1", "-tenant=t1", "=t1", "Tenant=t1");
    }

    @Test
    void theValueOfAnOptionStaysAsItIs() {
        assertThat(asOptions("find", "--tenant", "tenant=t1", "--all", "tenant=t2"))
                .containsExactly("find", "--tenant", "tenant=t1", "--all", "--tenant=t2");
    }

    @Test
    void whatComesAfterTheEndOfOptionsStaysAsItIs() {
        assertThat(asOptions("find", "--", "tenant=t1")).containsExactly("find", "--", "tenant=t1");
    }
}
