package io.mics.hook.record;

import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.io.StringReader;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A JSON object that must have what it is asked for. */
record Fields(JsonObject json) {
    private static final JsonReaderFactory READERS = JsonProvider.provider().createReaderFactory(Map.of());

    static Fields parse(String line) throws MalformedLineException {
        try (JsonReader reader = READERS.createReader(new StringReader(line))) {
            return new Fields(reader.readObject());
        } catch (JsonException | IllegalStateException e) {
            throw new MalformedLineException("not a whole JSON object");
        }
    }

    boolean has(String name) {
        return json.containsKey(name);
    }

    String text(String name) throws MalformedLineException {
        if (json.get(name) instanceof JsonString text) {
            return text.getString();
        }
        throw wrong(name, "text");
    }

    long number(String name) throws MalformedLineException {
        if (json.get(name) instanceof JsonNumber number) {
            try {
                return number.longValueExact();
            } catch (ArithmeticException e) {
                throw wrong(name, "whole number");
            }
        }
        throw wrong(name, "number");
    }

    int integer(String name) throws MalformedLineException {
        long number = number(name);
        if (number != (int) number) {
            throw wrong(name, "number of 32 bits");
        }
        return (int) number;
    }

    Instant time(String name) throws MalformedLineException {
        try {
            return Instant.parse(text(name));
        } catch (DateTimeException e) {
            throw wrong(name, "time");
        }
    }

    Fields object(String name) throws MalformedLineException {
        if (json.get(name) instanceof JsonObject object) {
            return new Fields(object);
        }
        throw wrong(name, "object");
    }

    List<Fields> objects(String name) throws MalformedLineException {
        List<Fields> all = new ArrayList<>();
        JsonValue array = json.getOrDefault(name, JsonValue.NULL);
        if (array.getValueType() != JsonValue.ValueType.ARRAY) {
            throw wrong(name, "array");
        }
        for (JsonValue element : array.asJsonArray()) {
            if (!(element instanceof JsonObject object)) {
                throw wrong(name, "array of objects");
            }
            all.add(new Fields(object));
        }
        return all;
    }

    Map<String, String> texts(String name) throws MalformedLineException {
        Map<String, String> all = new HashMap<>();
        Fields object = object(name);
        for (String key : object.json().keySet()) {
            all.put(key, object.text(key));
        }
        return all;
    }

    private static MalformedLineException wrong(String name, String what) {
        return new MalformedLineException("no " + what + " under \"" + name + "\"");
    }
}
