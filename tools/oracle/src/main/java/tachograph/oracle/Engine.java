// The engine's settings: external clock, types that can be sent, faults that are thrown.
package tachograph.oracle;

import com.espertech.esper.common.client.annotation.Name;
import com.espertech.esper.common.client.configuration.Configuration;
import com.espertech.esper.common.client.hook.exception.ExceptionHandler;
import com.espertech.esper.common.client.hook.exception.ExceptionHandlerFactory;
import com.espertech.esper.common.client.hook.exception.ExceptionHandlerFactoryContext;
import com.espertech.esper.common.client.util.EventTypeBusModifier;
import com.espertech.esper.runtime.client.EPRuntime;
import com.espertech.esper.runtime.client.EPRuntimeProvider;
import com.espertech.esper.runtime.client.EPStatement;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/** Makes runtimes whose clock stands at 0. */
public final class Engine {
    private static final AtomicLong RUNTIMES = new AtomicLong();

    private Engine() {}

    static Configuration configuration() {
        Configuration configuration = new Configuration();
        configuration.getRuntime().getThreading().setInternalTimerEnabled(false);
        configuration.getRuntime().getExceptionHandling().addClass(Rethrow.class);
        configuration.getCompiler().getByteCode().setAccessModifiersPublic();
        configuration.getCompiler().getByteCode().setBusModifierEventType(EventTypeBusModifier.BUS);
        return configuration;
    }

    static EPRuntime start(Configuration configuration) {
        String uri = "case-" + RUNTIMES.incrementAndGet();
        EPRuntime runtime = EPRuntimeProvider.getRuntime(uri, configuration);
        runtime.getEventService().advanceTime(0);
        return runtime;
    }

    /** Only statements with a `@name` are observed. */
    static boolean isNamed(EPStatement statement) {
        return Arrays.stream(statement.getAnnotations()).anyMatch(Name.class::isInstance);
    }

    /** Throws what a statement threw, which the engine would otherwise only log. */
    public static final class Rethrow implements ExceptionHandlerFactory {
        /** The engine makes it by name. */
        public Rethrow() {}

        @Override
        public ExceptionHandler getHandler(ExceptionHandlerFactoryContext context) {
            return fault -> {
                throw new IllegalStateException(fault.getThrowable());
            };
        }
    }
}
