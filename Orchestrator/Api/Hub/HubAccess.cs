using System.Reflection;
using Microsoft.AspNetCore.SignalR;
using Orchestrator.Access;

namespace Orchestrator.Api.Hub;

/// <summary>Lets a caller use the methods of a hub that its permissions are for.</summary>
internal sealed class HubAccess : IHubFilter
{
    public ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        var needed = invocationContext.HubMethod.GetCustomAttribute<HubNeedsAttribute>()?.Permission;
        if (needed is null || invocationContext.Context.User?.Identity is not CallerIdentity caller || !caller.May(needed))
        {
            throw new HubException(
                $"PERMISSION_DENIED: {(needed is null ? $"{invocationContext.HubMethodName} declares no permission, so nobody has it." : Permissions.Needed(needed))}");
        }

        return next(invocationContext);
    }
}
