using Grpc.AspNetCore.Server.Reflection.Internal;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the gRPC reflection service, in its versions v1 and v1alpha.</summary>
public static class GrpcReflectionEndpointRouteBuilderExtensions
{
    public static IEndpointConventionBuilder MapGrpcReflectionService(this IEndpointRouteBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.ServiceProvider.GetService<SymbolTable>() is null)
            throw new InvalidOperationException("Call AddGrpcReflection on the services before MapGrpcReflectionService.");
        return new BothVersions(builder.MapGrpcService<ReflectionService>(), builder.MapGrpcService<ReflectionV1AlphaService>());
    }

    private sealed class BothVersions(IEndpointConventionBuilder v1, IEndpointConventionBuilder v1Alpha) : IEndpointConventionBuilder
    {
        public void Add(Action<EndpointBuilder> convention)
        {
            v1.Add(convention);
            v1Alpha.Add(convention);
        }

        public void Finally(Action<EndpointBuilder> finallyConvention)
        {
            v1.Finally(finallyConvention);
            v1Alpha.Finally(finallyConvention);
        }
    }
}
