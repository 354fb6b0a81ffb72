package io.mics.admin.command;

import io.mics.admin.terminal.Terminal;
import picocli.CommandLine.Command;

/** {@code java -jar mics.jar doctor}: whether everything is there that the server needs. */
@Command(
        description = {
            "Checks the configuration, and then what is around it: heap and open files against what the server may"
                    + " take, ports, dates of certificates, this machine's clock (against that of Redis and the Date of"
                    + " backends' answers), Redis, Kafka, each tenant's backend and each hook; of durable tenants their"
                    + " topics, the database or folder, and where this node does not store, one that does.",
            "Prints a line for each: OK, WARN (the server will work) or FAIL (it will not), and what to do. Changes"
                    + " nothing anywhere: backends get an empty token, hooks a probe."
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:no line says FAIL",
            " 1:at least one does",
            "64:a command line that is not understood",
            "78:the configuration is wrong"
        })
final class DoctorCommand extends CheckupCommand {
    DoctorCommand(Terminal terminal, Commands.Checkup checkup) {
        super(terminal, checkup);
    }
}
