package io.mics.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.mics.proto.hook.v1.GetGroupMembersResponse;
import io.mics.proto.hook.v1.HookMeta;
import io.mics.protocol.IdForm;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MemberListTest {
    private static byte[] answer(List<String> members) {
        return GetGroupMembersResponse.newBuilder()
                .setMeta(HookMeta.newBuilder().setRequestId("r1"))
                .addAllUserIds(members)
                .build()
                .toByteArray();
    }

    private static MemberList.Answer read(byte[] answer) throws InvalidProtocolBufferException {
        try {
            return MemberList.read(answer, () -> {});
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static MemberList made(MemberList.Answer answer, IdForm ids) {
        try {
            return MemberList.of(answer, ids, new int[answer.slots()], () -> {});
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> list(byte[] answer) throws InvalidProtocolBufferException {
        return made(read(answer), IdForm.OPEN);
    }

    @Test
    void holdsEachMemberOnceInTheBackendsOrder() throws Exception {
        Random random = new Random(7);
        List<String> members = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            members.add("ü".repeat(random.nextInt(3)) + "u" + random.nextInt(9_000) + "x".repeat(random.nextInt(100)));
        }
        assertThat(list(answer(members))).containsExactlyElementsOf(new LinkedHashSet<>(members));
        assertThat(list(answer(List.of()))).isEmpty();
    }

    @Test
    void leavesOutAndCountsMembersThatNobodyCanBe() throws Exception {
        List<String> impossible = List.of(
                "",
                "x|y",
                "a\u0001",
                "\u007f",
                "\u0085",
                " a",
                "a ",
                "\u00a0a",
                "a\u200b",
                "\ue000",
                "a\u202eb",
                "a".repeat(129),
                "ü".repeat(129),
                "\ud83d\ude00".repeat(128) + "a",
                "ü|");
        List<String> possible =
                List.of("a", "a b", "a".repeat(128), "ü".repeat(128), "\ud83d\ude00".repeat(128), "user:1@example.org");
        List<String> all = new ArrayList<>(impossible);
        all.addAll(possible);
        all.addAll(impossible);
        MemberList members = made(read(answer(all)), IdForm.OPEN);
        assertThat(members).containsExactlyElementsOf(possible);
        assertThat(members.skipped()).isEqualTo(2 * impossible.size());
    }

    @Test
    void leavesOutAndCountsMembersThatTheTenantsOwnRuleForbids() throws Exception {
        List<String> all = List.of("a", "a b", "ü", "user:1@example.org", "a".repeat(128), "a".repeat(129));
        MemberList members = made(read(answer(all)), IdForm.STRICT);
        assertThat(members).containsExactly("a", "user:1@example.org", "a".repeat(128));
        assertThat(members.skipped()).isEqualTo(3);
    }

    @Test
    void readsTheAnswersMetaAndSkipsWhatItDoesNotKnow() throws Exception {
        byte[] known = answer(List.of("a"));
        byte[] answer = new byte[known.length + 2];
        System.arraycopy(known, 0, answer, 0, known.length);
        answer[known.length] = 15 << 3; // an unknown varint
        answer[known.length + 1] = 1;
        assertThat(read(answer).meta().getRequestId()).isEqualTo("r1");
        assertThat(list(answer)).containsExactly("a");
    }

    @Test
    void refusesWhatTheParserOfTheMessageRefuses() {
        Random random = new Random(11);
        byte[] good = answer(List.of("alice", "bö", "carol", "x".repeat(300)));
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = good.clone();
            for (int flips = 0; flips <= random.nextInt(3); flips++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            }
            List<String> expected;
            try {
                expected = new LinkedHashSet<>(
                                GetGroupMembersResponse.parseFrom(bad).getUserIdsList())
                        .stream().filter(IdForm.OPEN::allows).toList();
            } catch (InvalidProtocolBufferException e) {
                assertThatThrownBy(() -> list(bad)).isInstanceOf(InvalidProtocolBufferException.class);
                continue;
            }
            try {
                assertThat(list(bad)).isEqualTo(expected);
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError("refused what the parser takes", e);
            }
        }
    }

    @Test
    void keepsItsAnswerAndHalfAByteForEachMember() throws Exception {
        List<String> members = new ArrayList<>();
        for (int i = 0; i < 200_000; i++) {
            members.add("user-" + i);
        }
        byte[] answer = answer(members);
        MemberList.Answer read = read(answer);
        assertThat(read.bytes()).isSameAs(answer);
        assertThat(read.weight()).isEqualTo(answer.length + 4 * 25_001);
        assertThat(made(read, IdForm.OPEN)).hasSize(200_000).last().isEqualTo("user-199999");
    }

    @Test
    void findsEveryMemberOnceWhereverItComesTwiceAndKnowsItsHashCode() throws Exception {
        Random random = new Random(4);
        for (int round = 0; round < 200; round++) {
            List<String> all = new ArrayList<>();
            for (int i = random.nextInt(300); i > 0; i--) {
                all.add((random.nextInt(9) == 0 ? "ü" : "u") + "-".repeat(random.nextInt(140)) + random.nextInt(150));
            }
            List<String> expected = new LinkedHashSet<>(all)
                    .stream().filter(IdForm.OPEN::allows).toList();
            MemberList members = made(read(answer(all)), IdForm.OPEN);
            assertThat(members).containsExactlyElementsOf(expected);
            int from = random.nextInt(expected.size() + 1);
            int[] hashes = new int[expected.size() - from];
            if (hashes.length > 0) {
                members.hashCodes(from, expected.size(), hashes);
            }
            assertThat(hashes)
                    .isEqualTo(expected.subList(from, expected.size()).stream()
                            .mapToInt(String::hashCode)
                            .toArray());
        }
    }
}
