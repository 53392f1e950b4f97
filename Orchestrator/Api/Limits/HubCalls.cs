using Microsoft.AspNetCore.SignalR;
using Orchestrator.Api.Hub;

namespace Orchestrator.Api.Limits;

/// <summary>Calls of the hub count like requests: a connection is one request, however much is called over it.</summary>
internal sealed class HubCalls(CallRates rates, ILogger<HubCalls> logger) : IHubFilter
{
    public ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        if (invocationContext.Context.GetHttpContext() is { } context)
        {
            try
            {
                rates.Take(context);
            }
            catch (Processing.RequestRefusedException refused)
            {
                throw HubErrors.Of(logger, refused);
            }
        }

        return next(invocationContext);
    }
}
