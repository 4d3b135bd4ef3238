// Events from JSON, in the representation that their type asks for.
package tachograph.oracle;

import com.espertech.esper.common.client.EventPropertyDescriptor;
import com.espertech.esper.common.client.EventType;
import com.espertech.esper.common.client.FragmentEventType;
import com.espertech.esper.runtime.client.EPRuntime;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Sends events; missing properties are null. */
final class Sender {
    private Sender() {}

    static void send(EPRuntime runtime, String name, JsonObject json) {
        EventType type = runtime.getEventTypeService().getBusEventType(name);
        if (type == null) {
            throw new IllegalArgumentException("no event type is named " + name);
        }
        Class<?> underlying = type.getUnderlyingType();
        if (underlying == Object[].class) {
            runtime.getEventService().sendEventObjectArray((Object[]) event(json, type), name);
        } else if (Map.class == underlying) {
            @SuppressWarnings("unchecked")
            Map<String, Object> map = (Map<String, Object>) event(json, type);
            runtime.getEventService().sendEventMap(map, name);
        } else {
            runtime.getEventService().sendEventJson(json.toString(), name);
        }
    }

    /** The underlying object of an event. */
    private static Object event(JsonObject json, EventType type) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (EventPropertyDescriptor property : type.getPropertyDescriptors()) {
            map.put(property.getPropertyName(), property(json.get(property.getPropertyName()), property, type));
        }
        for (String name : json.keySet()) {
            if (!map.containsKey(name)) {
                throw new IllegalArgumentException(type.getName() + " has no property " + name);
            }
        }
        return type.getUnderlyingType() == Object[].class ? map.values().toArray() : map;
    }

    private static Object property(JsonElement json, EventPropertyDescriptor property, EventType type) {
        if (json == null || json.isJsonNull()) {
            return null;
        }
        FragmentEventType nested = property.isFragment() ? type.getFragmentType(property.getPropertyName()) : null;
        if (nested == null) {
            return value(json, property.getPropertyType());
        }
        EventType inner = nested.getFragmentType();
        if (!nested.isIndexed()) {
            return event(json.getAsJsonObject(), inner);
        }
        List<JsonElement> items = json.getAsJsonArray().asList();
        Object array = Array.newInstance(inner.getUnderlyingType(), items.size());
        for (int n = 0; n < items.size(); n++) {
            Array.set(array, n, items.get(n).isJsonNull() ? null : event(items.get(n).getAsJsonObject(), inner));
        }
        return array;
    }

    private static Object value(JsonElement json, Class<?> type) {
        if (json.isJsonNull()) {
            return null;
        }
        if (type != null && type.isArray()) {
            JsonArray items = json.getAsJsonArray();
            Object array = Array.newInstance(type.getComponentType(), items.size());
            for (int n = 0; n < items.size(); n++) {
                Array.set(array, n, value(items.get(n), type.getComponentType()));
            }
            return array;
        }
        if (json.isJsonPrimitive()) {
            return scalar(json.getAsJsonPrimitive(), type);
        }
        return Values.GSON.fromJson(json, Object.class);
    }

    private static Object scalar(JsonPrimitive json, Class<?> type) {
        if (type == Integer.class || type == int.class) {
            return json.getAsBigDecimal().intValueExact();
        } else if (type == Long.class || type == long.class) {
            return json.getAsBigDecimal().longValueExact();
        } else if (type == Double.class || type == double.class) {
            return Double.valueOf(json.getAsString());
        } else if (type == Float.class || type == float.class) {
            return Float.valueOf(json.getAsString());
        } else if (type == Short.class || type == short.class) {
            return json.getAsBigDecimal().shortValueExact();
        } else if (type == Byte.class || type == byte.class) {
            return json.getAsBigDecimal().byteValueExact();
        } else if (type == Boolean.class || type == boolean.class) {
            return json.getAsBoolean();
        } else if (type == Character.class || type == char.class) {
            return json.getAsString().charAt(0);
        } else if (type == BigDecimal.class) {
            return json.getAsBigDecimal();
        } else if (type == BigInteger.class) {
            return json.getAsBigInteger();
        }
        return json.isString() ? json.getAsString() : free(json);
    }

    /** A value of no declared type: an int if it fits, else a long, else a double. */
    private static Object free(JsonPrimitive json) {
        if (json.isBoolean()) {
            return json.getAsBoolean();
        }
        double number = json.getAsDouble();
        if (number == Math.rint(number) && Math.abs(number) < 9.0e15) {
            long integer = (long) number;
            return integer == (int) integer ? (Object) (int) integer : (Object) integer;
        }
        return number;
    }
}
