using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Agents.Hosting;

namespace Agents.Tools.Declared;

/// <summary>A method as a tool: the schema is that of its parameters.</summary>
internal sealed partial class MethodTool : ITool
{
    private readonly object? _instance;
    private readonly MethodInfo _method;
    private readonly ToolParameter?[] _parameters;

    private MethodTool(object? instance, MethodInfo method, ToolAttribute attribute)
    {
        _instance = method.IsStatic ? null : instance;
        _method = method;
        _parameters = [.. method.GetParameters().Select(parameter => IsGiven(parameter.ParameterType) ? null : new ToolParameter(parameter))];
        Declaration = new ToolDeclaration(
            attribute.Name, attribute.Description ?? "", Schema(), attribute.Owner ?? method.DeclaringType!.Assembly.GetName().Name!, attribute.Risk.ToString().ToLowerInvariant());
    }

    public ToolDeclaration Declaration { get; }

    /// <summary>The tools of a class.</summary>
    /// <exception cref="AgentDefinitionException">A method cannot be a tool, or there is none.</exception>
    public static IReadOnlyList<ITool> Of(object instance)
    {
        var type = instance.GetType();
        var tools = new List<ITool>();
        foreach (var method in type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static).OrderBy(method => method.MetadataToken))
        {
            if (method.GetCustomAttribute<ToolAttribute>() is not { } attribute)
                continue;
            if (!ToolName().IsMatch(attribute.Name))
                throw new AgentDefinitionException($"Tool \"{attribute.Name}\" of {type}.{method.Name}: must be lower case words of letters, digits, - and _ with dots between, at most 100.");
            if (Result(method) is not { IsValueType: false } result || result == typeof(string) || result == typeof(void))
                throw new AgentDefinitionException($"{type}.{method.Name} is marked [Tool(\"{attribute.Name}\")] and must return a record, a JsonObject, or a Task of one.");
            tools.Add(new MethodTool(instance, method, attribute));
        }

        return tools.Count > 0 ? tools : throw new AgentDefinitionException($"{type} has no tool: mark a method with [Tool(\"…\")].");
    }

    public async Task<JsonObject> RunAsync(JsonObject arguments, ToolCallContext call, CancellationToken cancellationToken)
    {
        var read = new ToolArguments(arguments);
        foreach (var (name, _) in arguments)
        {
            if (!_parameters.Any(parameter => parameter?.Name == name))
                throw ToolException.Invalid("args", name, $"is not an argument of {Declaration.Name}; there are {string.Join(", ", _parameters.OfType<ToolParameter>().Select(parameter => parameter.Name))}");
        }

        var parameters = _method.GetParameters();
        var values = new object?[parameters.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = _parameters[i] is { } parameter ? parameter.Read(read)
                : parameters[i].ParameterType == typeof(CancellationToken) ? cancellationToken : call;
        }

        var result = _method.Invoke(_instance, BindingFlags.DoNotWrapExceptions, null, values, null);
        if (result is Task task)
        {
            await task;
            result = task.GetType().GetProperty("Result")!.GetValue(task);
        }

        return result as JsonObject ?? JsonSerializer.SerializeToNode(result, AgentJson.Options) as JsonObject
            ?? throw new ToolException(ToolException.Failed, $"{Declaration.Name} gave nothing.");
    }

    private JsonObject Schema()
    {
        var asked = _parameters.OfType<ToolParameter>().ToArray();
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject(asked.Select(parameter => KeyValuePair.Create(parameter.Name, (JsonNode?)parameter.Schema()))),
        };
        if (asked.Any(parameter => parameter.IsRequired))
            schema["required"] = new JsonArray([.. asked.Where(parameter => parameter.IsRequired).Select(parameter => (JsonNode)parameter.Name)]);
        schema["additionalProperties"] = false;
        return schema;
    }

    private static Type? Result(MethodInfo method) =>
        !typeof(Task).IsAssignableFrom(method.ReturnType) ? method.ReturnType
            : method.ReturnType.IsGenericType ? method.ReturnType.GetGenericArguments()[0] : null;

    private static bool IsGiven(Type type) => type == typeof(ToolCallContext) || type == typeof(CancellationToken);

    [GeneratedRegex(@"^(?=.{1,100}$)[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ToolName();
}
