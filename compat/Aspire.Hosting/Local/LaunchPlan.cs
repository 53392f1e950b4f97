using System.Collections;
using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Local;

/// <summary>Works out what one copy of a resource starts: program, arguments, environment.</summary>
/// <param name="dashboard">What the resources are told of a dashboard.</param>
internal sealed class LaunchPlan(
    IConfiguration configuration, DistributedApplicationExecutionContext execution, Assembly? appHost, Func<IReadOnlyDictionary<string, string>> dashboard)
{
    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Variables that say something about this process, not about its children.</summary>
    private static readonly string[] s_own = ["ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS", "ASPNETCORE_HTTPS_PORTS", "DOTNET_URLS", "DOTNET_LAUNCH_PROFILE", "OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES"];

    public async Task<Launch> CreateAsync(IResource resource, int index, string id, ILogger logger, CancellationToken cancellationToken)
    {
        ReplicaScope.Enter(resource, index);
        var arguments = await ArgumentsAsync(resource, logger, cancellationToken);
        var own = await VariablesAsync(resource, id, logger, cancellationToken);
        switch (resource)
        {
            case ProjectResource project:
                var (file, first) = ProjectOutput.Find(project, appHost);
                return new Launch(file, [.. first, .. arguments], Path.GetDirectoryName(project.GetProjectMetadata().ProjectPath)!, Inherited(own)) { Own = own };
            case ExecutableResource executable:
                var environment = Inherited(own);
                var program = Programs.Find(executable.Command, executable.WorkingDirectory, environment.GetValueOrDefault("PATH"))
                    ?? throw new DistributedApplicationException($"Executable '{resource.Name}' cannot start: there is no program '{executable.Command}'.");
                if (!Directory.Exists(executable.WorkingDirectory))
                    throw new DistributedApplicationException($"Executable '{resource.Name}' cannot start: its folder {executable.WorkingDirectory} does not exist.");
                return new Launch(program, arguments, executable.WorkingDirectory, environment) { Own = own };
            case ContainerResource container:
                return await ContainerEngine.LaunchAsync(container, id, arguments, own, Inherited([]), cancellationToken) with { Own = own };
            default:
                throw new DistributedApplicationException($"Resource '{resource.Name}' of type {resource.GetType().Name} has no processes.");
        }
    }

    private static Dictionary<string, string> Inherited(Dictionary<string, string> own)
    {
        var all = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Where(e => !s_own.Contains((string)e.Key, StringComparer.OrdinalIgnoreCase) && !((string)e.Key).StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase))
            .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        all.TryAdd("DOTNET_ROOT", ProjectOutput.DotnetRoot);
        foreach (var (name, value) in own)
            all[name] = value;
        return all;
    }

    private static async Task<string?> ResolveAsync(object? value, CancellationToken cancellationToken) => value switch
    {
        null => null,
        string text => text,
        IValueProvider provider => await provider.GetValueAsync(cancellationToken),
        IResourceBuilder<IResource> { Resource: IValueProvider provider } => await provider.GetValueAsync(cancellationToken),
        _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture),
    };

    private static async Task<List<string>> ArgumentsAsync(IResource resource, ILogger logger, CancellationToken cancellationToken)
    {
        var context = new CommandLineArgsCallbackContext([], resource, cancellationToken) { Logger = logger };
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
            await annotation.Callback(context);
        List<string> arguments = [];
        foreach (var argument in context.Args)
        {
            if (await ResolveAsync(argument, cancellationToken) is { } text)
                arguments.Add(text);
        }

        return arguments;
    }

    private async Task<Dictionary<string, string>> VariablesAsync(IResource resource, string id, ILogger logger, CancellationToken cancellationToken)
    {
        var context = new EnvironmentCallbackContext(execution, resource, Defaults(resource, id), cancellationToken) { Logger = logger };
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
            await annotation.Callback(context);
        Dictionary<string, string> variables = [];
        foreach (var (name, value) in context.EnvironmentVariables)
        {
            if (await ResolveAsync(value, cancellationToken) is { } text)
                variables[name] = text;
        }

        return variables;
    }

    private Dictionary<string, object> Defaults(IResource resource, string id)
    {
        Dictionary<string, object> variables = [];
        if (resource is not ProjectResource project)
            return variables;
        variables["OTEL_SERVICE_NAME"] = resource.Name;
        variables["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={id}";
        if (configuration[OtlpEndpoint] is { Length: > 0 } collector)
        {
            variables[OtlpEndpoint] = collector;
        }
        else
        {
            foreach (var (name, value) in dashboard())
                variables[name] = value;
        }

        variables["LOGGING__CONSOLE__FORMATTERNAME"] = "simple";
        variables["LOGGING__CONSOLE__FORMATTEROPTIONS__TIMESTAMPFORMAT"] = "yyyy-MM-ddTHH:mm:ss.fff ";
        foreach (var endpoint in project.Annotations.OfType<EndpointAnnotation>().Where(e => e.UriScheme is "http" or "https"))
        {
            var port = new EndpointReference(project, endpoint).Property(EndpointProperty.TargetPort);
            variables[$"Kestrel__Endpoints__{endpoint.Name}__Url"] = ReferenceExpression.Create($"{endpoint.UriScheme}://{endpoint.TargetHost}:{port}");
            if (endpoint is { Transport: "http2", UriScheme: "http" })
                variables[$"Kestrel__Endpoints__{endpoint.Name}__Protocols"] = "Http2";
        }

        return variables;
    }
}
