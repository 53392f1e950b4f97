using Grpc.Core;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Orchestrator.Access;
using Orchestrator.Api.Rest;
using Orchestrator.Console.Layout;
using Orchestrator.Console.SignIn;
using Orchestrator.Processing;
using Orchestrator.Storage;

namespace Orchestrator.Api;

/// <summary>
/// What whoever may not call is told: as a gRPC status, as problem details, or as a page. And what may: a call ends when the key
/// that it was made with does.
/// </summary>
internal sealed class AccessAnswers(ILogger<AccessAnswers> logger) : IAuthorizationMiddlewareResultHandler
{
    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (!authorizeResult.Succeeded)
        {
            // What went wrong is remembered by the scheme: this asks it, and authenticates nothing again.
            await RefuseAsync(context, Refusal(context, policy, (await context.AuthenticateAsync()).Failure));
            return;
        }

        if (context.User.Identity is CallerIdentity { Key: { } key })
        {
            await using var ended = key.Ended.UnsafeRegister(static call => ((HttpContext)call!).Abort(), context);
            await next(context);
            return;
        }

        await next(context);
    }

    private static RequestRefusedException Refusal(HttpContext context, AuthorizationPolicy policy, Exception? failure)
    {
        if (failure is StoreUnavailableException unavailable)
            return new RequestRefusedException(StatusCode.Unavailable, "UNAVAILABLE", unavailable.Message);
        if (context.User.Identity is not CallerIdentity caller)
        {
            return new RequestRefusedException(
                StatusCode.Unauthenticated, "UNAUTHENTICATED", failure?.Message ?? "An API key is needed: Authorization: Bearer agk_… (the command line: AGENTS_API_KEY or --key-file).");
        }

        var missing = policy.Requirements.OfType<PermissionRequirement>().FirstOrDefault(needed => !caller.May(needed.Permission))?.Permission;
        if (missing is null)
            return new RequestRefusedException(StatusCode.PermissionDenied, "PERMISSION_DENIED", "This declares no permission, so nobody has it.");
        return new RequestRefusedException(
            StatusCode.PermissionDenied, "PERMISSION_DENIED", $"{Permissions.Needed(missing)} '{caller.Caller.Name}' is {string.Join(", ", caller.HeldRoles)}.");
    }

    // What a browser shows, not what a script of the page fetches.
    private static bool IsPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && !request.Path.Value!.Contains("/fragments/", StringComparison.Ordinal)
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private async Task RefuseAsync(HttpContext context, RequestRefusedException refusal)
    {
        AccessLog.Refused(logger, context.Request.Method, context.Request.Path, refusal.Message);
        if (refusal.GrpcCode == StatusCode.Unauthenticated)
            context.Response.Headers.WWWAuthenticate = context.Request.Headers.Authorization.Count > 0 ? "Bearer realm=\"agents\", error=\"invalid_token\"" : "Bearer realm=\"agents\"";
        if (!Refusals.IsGrpc(context.Request) && context.GetEndpoint()?.Metadata.GetMetadata<ConsoleEndpoint>() is not null)
        {
            if (refusal.GrpcCode != StatusCode.Unauthenticated || !IsPage(context.Request))
                throw refusal; // the console makes a page of it
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Redirect($"{SignInEndpoints.Path}?return={Uri.EscapeDataString(context.Request.Path + context.Request.QueryString)}");
            return;
        }

        await Refusals.WriteAsync(context, refusal);
    }
}
