using Microsoft.AspNetCore.SignalR;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>The service itself cannot be stood in for: asking for it is refused in plain words, at the start.</summary>
public static class AzureSignalRDependencyInjectionExtensions
{
    /// <summary>Refuses.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public static ISignalRServerBuilder AddAzureSignalR(this ISignalRServerBuilder builder, string connectionString) =>
        throw new NotSupportedException(
            "Azure:SignalR:ConnectionString is set, but this build has no Microsoft.Azure.SignalR: build it with FullFeed=true, or leave the setting away.");
}
