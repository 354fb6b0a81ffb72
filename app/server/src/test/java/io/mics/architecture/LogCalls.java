package io.mics.architecture;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.type.WildcardType;
import javax.lang.model.util.Types;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** What the compiler knows of the calls of {@code Log} in some sources. */
final class LogCalls {
    private static final String LOG = "io.mics.observe.Log";
    private static final Set<String> METHODS = Set.of("info", "warn", "error", "debug");
    private static final Pattern EVENT = Pattern.compile("[a-z][a-z0-9]*(_[a-z0-9]+)*");
    private static final Pattern FIELD = Pattern.compile("[a-z][A-Za-z0-9_]*");
    private static final Set<String> SCALARS = Set.of(
            "java.lang.String",
            "java.lang.Boolean",
            "java.lang.Byte",
            "java.lang.Short",
            "java.lang.Integer",
            "java.lang.Long",
            "java.lang.Float",
            "java.lang.Double",
            "java.lang.Character");

    /** Whose text is meant for people. */
    private static final List<String> TEXTUAL = List.of(
            "java.lang.Throwable",
            "java.lang.CharSequence",
            "java.nio.file.Path",
            "java.net.URI",
            "java.lang.Runtime.Version",
            "io.mics.hook.policy.SemanticVersion",
            "io.mics.redis.RedisAddress");

    private final Trees trees;
    private final Types types;
    private final JavacTask task;
    private final List<String> problems = new ArrayList<>();
    private int calls;

    private LogCalls(JavacTask task) {
        this.task = task;
        this.trees = Trees.instance(task);
        this.types = task.getTypes();
    }

    /** Reads the calls in {@code sources}, whose classes' dependencies are on this process's class path. */
    static LogCalls in(List<Path> sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        try (StandardJavaFileManager files =
                compiler.getStandardFileManager(diagnostics, null, StandardCharsets.UTF_8)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    new StringWriter(),
                    files,
                    diagnostics,
                    List.of("-proc:none", "-classpath", path),
                    null,
                    files.getJavaFileObjectsFromPaths(sources));
            LogCalls found = new LogCalls(task);
            Iterable<? extends CompilationUnitTree> units = task.parse();
            task.analyze();
            List<String> errors = diagnostics.getDiagnostics().stream()
                    .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
                    .map(Object::toString)
                    .toList();
            if (!errors.isEmpty()) {
                throw new AssertionError(errors);
            }
            units.forEach(found::read);
            return found;
        }
    }

    /** What is wrong, with file and line. */
    List<String> problems() {
        return problems;
    }

    /** How many calls there are. */
    int calls() {
        return calls;
    }

    private void read(CompilationUnitTree unit) {
        new TreePathScanner<@Nullable Void, @Nullable Void>() {
            @Override
            public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void unused) {
                if (isLogCall(getCurrentPath())) {
                    calls++;
                    check(getCurrentPath(), call);
                }
                return super.visitMethodInvocation(call, null);
            }
        }.scan(unit, null);
    }

    private boolean isLogCall(TreePath path) {
        return trees.getElement(path) instanceof ExecutableElement method
                && METHODS.contains(method.getSimpleName().toString())
                && method.getEnclosingElement() instanceof TypeElement type
                && type.getQualifiedName().contentEquals(LOG);
    }

    private void check(TreePath path, MethodInvocationTree call) {
        boolean error = call.getMethodSelect() instanceof MemberSelectTree select
                && select.getIdentifier().contentEquals("error");
        List<? extends ExpressionTree> arguments = call.getArguments();
        checkEvent(path, arguments.getFirst());
        List<? extends ExpressionTree> fields = arguments.subList(error ? 2 : 1, arguments.size());
        if (fields.size() == 1
                && fields.getFirst() instanceof MethodInvocationTree
                && typeOf(path, fields.getFirst()).getKind() == TypeKind.ARRAY) {
            return; // made elsewhere; what is wrong in it is written as its class
        }
        if (fields.size() % 2 != 0) {
            problem(path, call, "a name without a value");
            return;
        }
        for (int i = 0; i < fields.size(); i += 2) {
            if (!(fields.get(i) instanceof LiteralTree name
                    && name.getValue() instanceof String text
                    && FIELD.matcher(text).matches())) {
                problem(path, fields.get(i), "no name of a field");
            }
            checkValue(path, fields.get(i + 1));
        }
    }

    private void checkEvent(TreePath path, ExpressionTree event) {
        switch (event) {
            case LiteralTree literal -> {
                if (!(literal.getValue() instanceof String text)
                        || !EVENT.matcher(text).matches()) {
                    problem(path, event, "no event in snake_case");
                }
            }
            case ParenthesizedTree inner -> checkEvent(path, inner.getExpression());
            case ConditionalExpressionTree either -> {
                checkEvent(path, either.getTrueExpression());
                checkEvent(path, either.getFalseExpression());
            }
            case ExpressionTree other -> checkNamedEvent(path, other);
        }
    }

    /** A parameter's event is what the callers in this file give. */
    private void checkNamedEvent(TreePath path, ExpressionTree event) {
        Element element = trees.getElement(new TreePath(path, event));
        if (!(element instanceof VariableElement variable)
                || variable.getKind() != ElementKind.PARAMETER
                || !(variable.getEnclosingElement() instanceof ExecutableElement method)) {
            problem(path, event, "an event that is no constant");
            return;
        }
        int at = method.getParameters().indexOf(variable);
        new TreePathScanner<@Nullable Void, @Nullable Void>() {
            @Override
            public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void unused) {
                if (method.equals(trees.getElement(getCurrentPath()))) {
                    checkEvent(getCurrentPath(), call.getArguments().get(at));
                }
                return super.visitMethodInvocation(call, null);
            }
        }.scan(path.getCompilationUnit(), null);
    }

    private void checkValue(TreePath path, ExpressionTree value) {
        if (!isAllowed(typeOf(path, value))) {
            problem(path, value, "a value of type " + typeOf(path, value));
        }
        if (value instanceof BinaryTree sum && sum.getKind() == Tree.Kind.PLUS) {
            checkText(path, sum.getLeftOperand());
            checkText(path, sum.getRightOperand());
        } else if (value instanceof MethodInvocationTree call
                && call.getMethodSelect() instanceof MemberSelectTree select) {
            if (select.getIdentifier().contentEquals("toString")
                    && call.getArguments().isEmpty()) {
                checkText(path, select.getExpression());
            } else if (select.getIdentifier().contentEquals("valueOf")
                    && select.getExpression().toString().equals("String")) {
                checkText(path, call.getArguments().getFirst());
            }
        }
    }

    /** Whether the text of something may be written: of a scalar, or of what has a text for people. */
    private void checkText(TreePath path, ExpressionTree of) {
        if (of instanceof BinaryTree) {
            checkValue(path, of);
            return;
        }
        TypeMirror type = typeOf(path, of);
        boolean container = isA(type, Collection.class.getName()) || isA(type, Map.class.getName());
        if (type.getKind() == TypeKind.ARRAY
                || container
                || !(isAllowed(type) || TEXTUAL.stream().anyMatch(name -> isA(type, name)))) {
            problem(path, of, "the text of a " + type);
        }
    }

    private boolean isAllowed(TypeMirror type) {
        return switch (type) {
            case DeclaredType declared -> isAllowed(declared);
            case ArrayType array -> isAllowed(array.getComponentType());
            case WildcardType wildcard -> wildcard.getExtendsBound() != null && isAllowed(wildcard.getExtendsBound());
            case TypeMirror other -> other.getKind().isPrimitive() || other.getKind() == TypeKind.NULL;
        };
    }

    private boolean isAllowed(DeclaredType type) {
        Element element = type.asElement();
        boolean container = isA(type, Collection.class.getName()) || isA(type, Map.class.getName());
        return element.getKind() == ElementKind.ENUM
                || SCALARS.contains(element.toString())
                || (container
                        && !type.getTypeArguments().isEmpty()
                        && type.getTypeArguments().stream().allMatch(this::isAllowed));
    }

    private boolean isA(TypeMirror type, String name) {
        TypeElement of = task.getElements().getTypeElement(name);
        return of != null && types.isAssignable(types.erasure(type), types.erasure(of.asType()));
    }

    private TypeMirror typeOf(TreePath path, ExpressionTree expression) {
        return Objects.requireNonNull(trees.getTypeMirror(new TreePath(path, expression)));
    }

    private void problem(TreePath path, Tree at, String what) {
        CompilationUnitTree unit = path.getCompilationUnit();
        long start = trees.getSourcePositions().getStartPosition(unit, at);
        String file = Path.of(unit.getSourceFile().getName()).getFileName().toString();
        problems.add(file + ":" + unit.getLineMap().getLineNumber(start) + ": " + what + ": " + at);
    }
}
