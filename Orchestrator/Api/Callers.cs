using Orchestrator.Access;
using Protos.V1;

namespace Orchestrator.Api;

/// <summary>Who calls: the one place that says so, by what authentication found out.</summary>
internal static class Callers
{
    /// <summary>The principal of a call.</summary>
    public static Principal Of(HttpContext context) => IdentityOf(context).Caller;

    /// <summary>The principal of a call with its key and what it may do.</summary>
    /// <exception cref="InvalidOperationException">The endpoint is open: it has no caller.</exception>
    public static CallerIdentity IdentityOf(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.User.Identity as CallerIdentity ?? throw new InvalidOperationException($"{context.Request.Path} is open and has no caller.");
    }
}
