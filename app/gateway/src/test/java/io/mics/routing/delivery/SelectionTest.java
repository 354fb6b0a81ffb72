package io.mics.routing.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SelectionTest {
    private static List<String> numbers(int size) {
        return IntStream.range(0, size).mapToObj(Integer::toString).toList();
    }

    private static List<String> texts(Set<Integer> numbers) {
        return numbers.stream().map(i -> Integer.toString(i)).toList();
    }

    @Test
    void hasWhatWasSelectedInTheOrderOfTheList() {
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            int size = 1 + random.nextInt(5_000);
            Selection selection = new Selection(numbers(size));
            TreeSet<Integer> expected = new TreeSet<>();
            int many = random.nextInt(3) == 0 ? 3 : random.nextInt(size * 2);
            for (int i = 0; i < many; i++) {
                int number = random.nextInt(size);
                selection.select(number);
                expected.add(number);
            }
            assertThat(selection).containsExactlyElementsOf(texts(expected));
            int first = random.nextInt(size + 1);
            assertThat(selection.cutFrom(first))
                    .containsExactly(
                            expected.tailSet(first).stream().mapToInt(i -> i).toArray());
            expected.tailSet(first).clear();
            assertThat(selection).containsExactlyElementsOf(texts(expected));
            selection.select(size - 1);
            assertThat(selection.getLast()).isEqualTo(Integer.toString(size - 1));
        }
    }

    @Test
    void ofAnEmptyListIsEmpty() {
        Selection selection = new Selection(List.of());
        assertThat(selection).isEmpty();
        assertThat(selection.cutFrom(0)).isEmpty();
        assertThatThrownBy(() -> selection.get(0)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
