// Between the engine's values and JSON.
package tachograph.oracle;

import com.espertech.esper.common.client.EventBean;
import com.espertech.esper.common.client.EventPropertyDescriptor;
import com.espertech.esper.common.client.EventType;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.lang.reflect.Array;
import java.time.Instant;
import java.util.Calendar;
import java.util.Collection;
import java.util.Date;
import java.util.Map;

/** Values as JSON: special floats as strings, dates as ISO strings, events as objects. */
final class Values {
    static final Gson GSON = new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

    private Values() {}

    /** The properties that a type has, in its order. */
    static JsonObject event(EventBean event, EventType type) {
        JsonObject row = new JsonObject();
        for (EventPropertyDescriptor property : type.getPropertyDescriptors()) {
            row.add(property.getPropertyName(), property(event, property));
        }
        return row;
    }

    private static JsonElement property(EventBean event, EventPropertyDescriptor property) {
        String name = property.getPropertyName();
        Object value = event.get(name);
        if (value != null && property.isFragment()) {
            Object nested = event.getFragment(name);
            if (nested != null) {
                return json(nested);
            }
        }
        return json(value);
    }

    static JsonElement json(Object value) {
        if (value == null) {
            return JsonNull.INSTANCE;
        }
        if (value instanceof EventBean event) {
            return event(event, event.getEventType());
        }
        if (value instanceof Float || value instanceof Double) {
            double number = ((Number) value).doubleValue();
            boolean finite = !Double.isNaN(number) && !Double.isInfinite(number);
            return finite ? new JsonPrimitive((Number) value) : new JsonPrimitive(value.toString());
        }
        if (value instanceof Number number) {
            return new JsonPrimitive(number);
        }
        if (value instanceof Boolean bool) {
            return new JsonPrimitive(bool);
        }
        return composite(value);
    }

    private static JsonElement composite(Object value) {
        if (value instanceof Map<?, ?> map) {
            JsonObject object = new JsonObject();
            map.forEach((key, entry) -> object.add(String.valueOf(key), json(entry)));
            return object;
        }
        if (value instanceof Collection<?> collection) {
            JsonArray array = new JsonArray();
            collection.forEach(item -> array.add(json(item)));
            return array;
        }
        if (value.getClass().isArray()) {
            JsonArray array = new JsonArray();
            for (int n = 0; n < Array.getLength(value); n++) {
                array.add(json(Array.get(value, n)));
            }
            return array;
        }
        if (value instanceof Date date) {
            return new JsonPrimitive(Instant.ofEpochMilli(date.getTime()).toString());
        }
        if (value instanceof Calendar calendar) {
            return new JsonPrimitive(calendar.toInstant().toString());
        }
        return new JsonPrimitive(value.toString());
    }
}
