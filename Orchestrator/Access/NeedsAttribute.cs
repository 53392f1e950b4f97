using Microsoft.AspNetCore.Authorization;

namespace Orchestrator.Access;

/// <summary>The permission that a gRPC method or a hub needs.</summary>
/// <param name="permission">One of <see cref="Permissions"/>.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class NeedsAttribute(string permission) : AuthorizeAttribute(permission);
