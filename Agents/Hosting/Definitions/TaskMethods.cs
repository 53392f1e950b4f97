using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json.Nodes;

namespace Agents.Hosting.Definitions;

/// <summary>Methods marked <see cref="TaskAttribute"/> as handlers: looked at once, called without reflection.</summary>
internal static class TaskMethods
{
    private const BindingFlags Every = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    public static IEnumerable<TaskHandler> Of(Type agent, object instance, string role)
    {
        foreach (var method in agent.GetMethods(Every))
        {
            if (method.GetCustomAttribute<TaskAttribute>() is { } task)
                yield return Create(method, task, instance, role);
        }
    }

    private static TaskHandler Create(MethodInfo method, TaskAttribute task, object instance, string role)
    {
        var parameters = method.GetParameters();
        var inputs = parameters.Where(parameter => !IsGiven(parameter.ParameterType)).ToArray();
        if (inputs.Length != 1 || inputs[0].ParameterType.IsByRef || method.ContainsGenericParameters)
        {
            throw new AgentDefinitionException(
                $"{method.DeclaringType}.{method.Name} is marked [Task(\"{task.TaskType}\")] and must have one input parameter beside TaskContext and CancellationToken; it has {inputs.Length}.");
        }

        var (output, shape) = Output(method, task);
        return (TaskHandler)typeof(TaskMethods).GetMethod(nameof(Bind), BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(inputs[0].ParameterType, output)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, binder: null, [method, task, instance, role, shape], culture: null)!;
    }

    private static TaskHandler<TInput, TOutput> Bind<TInput, TOutput>(MethodInfo method, TaskAttribute task, object instance, string role, Type? shape)
    {
        var input = Expression.Parameter(typeof(TInput));
        var context = Expression.Parameter(typeof(TaskContext));
        var cancellation = Expression.Parameter(typeof(CancellationToken));
        var arguments = method.GetParameters().Select(parameter =>
            parameter.ParameterType == typeof(TaskContext) ? context : parameter.ParameterType == typeof(CancellationToken) ? cancellation : input);
        Expression call = Expression.Call(method.IsStatic ? null : Expression.Constant(instance), method, arguments);
        if (shape != typeof(ValueTask<>))
        {
            var given = shape is null ? typeof(TOutput) : typeof(Task<TOutput>);
            call = Expression.New(typeof(ValueTask<TOutput>).GetConstructor([given])!, call);
        }

        var body = Expression.Lambda<Func<TInput, TaskContext, CancellationToken, ValueTask<TOutput>>>(call, input, context, cancellation).Compile();
        return Create(role, task.TaskType, task.Description, body);
    }

    public static TaskHandler<TInput, TOutput> Create<TInput, TOutput>(
        string role, string taskType, string? description, Func<TInput, TaskContext, CancellationToken, ValueTask<TOutput>> body)
    {
        JsonObject? inputSchema = SchemaDerivation.Derive(typeof(TInput), $"input of {role}/{taskType}", input: true);
        JsonObject? outputSchema = SchemaDerivation.Derive(typeof(TOutput), $"output of {role}/{taskType}", input: false);
        return new TaskHandler<TInput, TOutput>(taskType, description, inputSchema, outputSchema, body);
    }

    private static (Type Output, Type? Shape) Output(MethodInfo method, TaskAttribute task)
    {
        var type = method.ReturnType;
        if (type.IsGenericType && type.GetGenericTypeDefinition() is { } shape && (shape == typeof(Task<>) || shape == typeof(ValueTask<>)))
            return (type.GetGenericArguments()[0], shape);

        if (type == typeof(void) || type == typeof(Task) || type == typeof(ValueTask))
            throw new AgentDefinitionException($"{method.DeclaringType}.{method.Name} is marked [Task(\"{task.TaskType}\")] and must return an output record; it returns {type.Name}.");

        return (type, null);
    }

    private static bool IsGiven(Type type) => type == typeof(TaskContext) || type == typeof(CancellationToken);
}
