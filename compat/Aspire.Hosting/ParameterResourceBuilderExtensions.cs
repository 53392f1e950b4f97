using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

/// <summary>Adds values that the application's user supplies.</summary>
public static class ParameterResourceBuilderExtensions
{
    /// <summary>Adds a parameter; its value is the setting <c>Parameters:NAME</c>.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The unique name.</param>
    /// <param name="secret">Whether the value is kept out of logs.</param>
    /// <returns>The parameter's builder.</returns>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, bool secret = false) =>
        builder.AddResource(new ParameterResource(name, _ => Configured(builder, $"Parameters:{name}", "Parameter resource", name), secret));

    /// <summary>Adds a parameter with a value of its own, where the setting <c>Parameters:NAME</c> is not given.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The unique name.</param>
    /// <param name="value">The value.</param>
    /// <param name="publishValueAsDefault">Kept for manifests.</param>
    /// <param name="secret">Whether the value is kept out of logs.</param>
    /// <returns>The parameter's builder.</returns>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, string value, bool publishValueAsDefault = false, bool secret = false) =>
        builder.AddResource(new ParameterResource(name, _ => builder.Configuration[$"Parameters:{name}"] ?? value, secret));

    /// <summary>Adds a connection string that the setting <c>ConnectionStrings:NAME</c> supplies.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The unique name.</param>
    /// <param name="environmentVariableName">The variable that carries it; null means <c>ConnectionStrings__NAME</c>.</param>
    /// <returns>The connection string's builder.</returns>
    public static IResourceBuilder<IResourceWithConnectionString> AddConnectionString(this IDistributedApplicationBuilder builder, string name, string? environmentVariableName = null) =>
        builder.AddResource(new ConnectionStringSetting(name, () => Configured(builder, $"ConnectionStrings:{name}", "Connection string", name), environmentVariableName));

    private static string Configured(IDistributedApplicationBuilder builder, string key, string what, string name) => builder.Configuration[key]
        ?? throw new MissingParameterValueException($"{what} '{name}' has no value: the setting '{key}' is missing (argument --{key}=VALUE or variable {key.Replace(":", "__", StringComparison.Ordinal)}).");

    private sealed class ConnectionStringSetting(string name, Func<string> value, string? variable) : Resource(name), IResourceWithConnectionString, IResourceWithoutLifetime
    {
        public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{value()}");

        public string? ConnectionStringEnvironmentVariable => variable;
    }
}

/// <summary>Adds connection strings that are made of other values.</summary>
public static class ConnectionStringBuilderExtensions
{
    /// <summary>Adds a connection string.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The unique name.</param>
    /// <param name="connectionStringExpression">The connection string.</param>
    /// <returns>The connection string's builder.</returns>
    public static IResourceBuilder<ConnectionStringResource> AddConnectionString(this IDistributedApplicationBuilder builder, string name, ReferenceExpression connectionStringExpression) =>
        builder.AddResource(new ConnectionStringResource(name, connectionStringExpression));
}

/// <summary>A connection string that is made of other values.</summary>
/// <param name="name">The unique name.</param>
/// <param name="connectionStringExpression">The connection string.</param>
public sealed class ConnectionStringResource(string name, ReferenceExpression connectionStringExpression) : Resource(name), IResourceWithConnectionString, IResourceWithoutLifetime
{
    /// <inheritdoc />
    public ReferenceExpression ConnectionStringExpression { get; } = connectionStringExpression;
}
