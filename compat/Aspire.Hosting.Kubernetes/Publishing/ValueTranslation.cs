using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Kubernetes.Publishing;

/// <summary>Turns a value that would be known when the application runs into text of the chart.</summary>
/// <param name="resource">Whose value it is.</param>
/// <param name="parameter">Told of every parameter that is met.</param>
internal sealed class ValueTranslation(IResource resource, Action<ParameterResource> parameter)
{
    public string Translate(object value)
    {
        switch (value)
        {
            case string text:
                return text;
            case bool flag:
                return flag ? "true" : "false";
            case ParameterResource given:
                parameter(given);
                return Helm.Value(given.Secret ? Helm.Secrets : Helm.Config, resource.Name, given.Name);
            case EndpointReference endpoint:
                return Part(endpoint, EndpointProperty.Url);
            case EndpointReferenceExpression part:
                return Part(part.Endpoint, part.Property);
            case ConnectionStringReference reference:
                return Translate(reference.Resource.ConnectionStringExpression);
            case IResourceWithConnectionString connection:
                return Translate(connection.ConnectionStringExpression);
            case ReferenceExpression expression:
                return string.Format(CultureInfo.InvariantCulture, expression.Format, [.. expression.ValueProviders.Select(Translate)]);
            case IResourceBuilder<IResource> builder:
                return Translate(builder.Resource);
            case IFormattable number:
                return number.ToString(null, CultureInfo.InvariantCulture);
            default:
                throw new DistributedApplicationException($"A setting of '{resource.Name}' is of type {value.GetType().Name}; the publisher for Kubernetes cannot write that.");
        }
    }

    /// <summary>The port on which the process listens; it must be declared, there is nobody to choose one.</summary>
    public static int TargetPort(IResource owner, EndpointAnnotation endpoint) => endpoint.TargetPort
        ?? throw new DistributedApplicationException($"The endpoint '{endpoint.Name}' of '{owner.Name}' has no target port; a published endpoint needs one.");

    private static string Part(EndpointReference endpoint, EndpointProperty property)
    {
        var annotation = endpoint.EndpointAnnotation;
        var host = Helm.Name(endpoint.Resource.Name, "service");
        var port = TargetPort(endpoint.Resource, annotation);
        return property switch
        {
            EndpointProperty.Url => $"{annotation.UriScheme}://{host}:{port}",
            EndpointProperty.Host or EndpointProperty.IPV4Host => host,
            EndpointProperty.Port or EndpointProperty.TargetPort => $"{port}",
            EndpointProperty.HostAndPort => $"{host}:{port}",
            _ => annotation.UriScheme,
        };
    }
}
