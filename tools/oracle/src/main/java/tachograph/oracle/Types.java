// The names that EPL has for the types of columns.
package tachograph.oracle;

import com.espertech.esper.common.client.EventPropertyDescriptor;
import com.espertech.esper.common.client.EventType;
import com.espertech.esper.common.client.FragmentEventType;
import com.google.gson.JsonArray;
import java.util.Map;

/** Names columns and their types. */
final class Types {
    private static final Map<Class<?>, String> NAMES = Map.ofEntries(
            Map.entry(Boolean.class, "boolean"), Map.entry(boolean.class, "boolean"),
            Map.entry(Byte.class, "byte"), Map.entry(byte.class, "byte"),
            Map.entry(Short.class, "short"), Map.entry(short.class, "short"),
            Map.entry(Integer.class, "int"), Map.entry(int.class, "int"),
            Map.entry(Long.class, "long"), Map.entry(long.class, "long"),
            Map.entry(Float.class, "float"), Map.entry(float.class, "float"),
            Map.entry(Double.class, "double"), Map.entry(double.class, "double"),
            Map.entry(Character.class, "char"), Map.entry(char.class, "char"),
            Map.entry(String.class, "string"), Map.entry(Object.class, "Object"));

    private Types() {}

    /** Pairs of name and type in the order of the select clause. */
    static JsonArray columns(EventType type) {
        JsonArray columns = new JsonArray();
        for (EventPropertyDescriptor property : type.getPropertyDescriptors()) {
            JsonArray column = new JsonArray();
            column.add(property.getPropertyName());
            column.add(name(property, type));
            columns.add(column);
        }
        return columns;
    }

    private static String name(EventPropertyDescriptor property, EventType type) {
        FragmentEventType nested = property.isFragment() ? type.getFragmentType(property.getPropertyName()) : null;
        if (nested != null) {
            return nested.getFragmentType().getName() + (nested.isIndexed() ? "[]" : "");
        }
        return name(property.getPropertyType());
    }

    private static String name(Class<?> type) {
        if (type == null) {
            return "null";
        }
        if (type.isArray()) {
            return name(type.getComponentType()) + "[]";
        }
        return NAMES.getOrDefault(type, type.getSimpleName());
    }
}
