using Microsoft.AspNetCore.Authorization;

namespace Orchestrator.Access;

/// <summary>What a policy asks for.</summary>
internal sealed record PermissionRequirement(string Permission) : IAuthorizationRequirement;

/// <summary>What every endpoint that declares nothing asks for: nobody has it.</summary>
internal sealed class DeclaredRequirement : IAuthorizationRequirement;

/// <summary>The one place where a call is allowed.</summary>
internal sealed class PermissionHandler : IAuthorizationHandler
{
    public Task HandleAsync(AuthorizationHandlerContext context)
    {
        foreach (var requirement in context.Requirements)
        {
            // Where there is no route there is nothing to protect; the answer is that there is nothing.
            var isMet = requirement switch
            {
                PermissionRequirement needed => context.User.Identity is CallerIdentity caller && caller.May(needed.Permission),
                DeclaredRequirement => context.Resource is HttpContext http && http.GetEndpoint() is not RouteEndpoint,
                _ => false,
            };
            if (isMet)
                context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}
