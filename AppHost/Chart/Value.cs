namespace AppHost.Chart;

/// <summary>A setting in values.yaml: <c>config.RESOURCE.NAME</c>. Names with a capital letter are variables of the process, the others are the chart's own.</summary>
/// <param name="resource">Whose setting it is.</param>
/// <param name="name">Its name.</param>
internal readonly struct Value(string resource, string name)
{
    /// <summary>Its path, for conditions.</summary>
    public string Path { get; } = $".Values.config.{resource}.{name}";

    /// <summary>A template that becomes its text.</summary>
    public string Text => $"{{{{ {Path} }}}}";

    /// <summary>A template that becomes a number.</summary>
    public string Number => $"{{{{ {Path} | int }}}}";

    /// <summary>The condition that it is so; <c>--set</c> makes something else than text of <c>true</c> and of numbers.</summary>
    public string Is(string text) => $"eq (toString {Path}) \"{text}\"";
}

/// <summary>Conditions, as <see cref="Value.Is"/> makes them.</summary>
internal static class ConditionExtensions
{
    /// <summary>A template that becomes one text where a condition holds and another elsewhere.</summary>
    public static string Choose(this string condition, string with, string without) => $"{{{{ ternary `{with}` `{without}` ({condition.Replace('"', '`')}) }}}}";
}

/// <summary>Settings of the chart that are no variables of a process.</summary>
internal static class ValueExtensions
{
    /// <summary>Adds one to values.yaml, and keeps it out of the process's environment.</summary>
    public static IResourceBuilder<T> WithValue<T>(this IResourceBuilder<T> builder, string name, string value)
        where T : IComputeResource, IResourceWithEnvironment => builder
            .WithEnvironment(name, value)
            .PublishAsKubernetesService(resource => resource.ConfigMap!.Data.Remove(name));
}
