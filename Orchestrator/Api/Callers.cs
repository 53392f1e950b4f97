using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Api;

/// <summary>Who calls: the one place that says so. In development everybody is <c>local</c>.</summary>
internal static class Callers
{
    private static readonly Principal s_local = new() { Name = "local", Tenant = Tenants.Default };

    /// <summary>The principal of a call.</summary>
    public static Principal Of(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return s_local;
    }
}
