using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Limits;

/// <summary>Everybody, where no keys are asked for: no default limits one caller as if it were one person.</summary>
internal static class LocalCaller
{
    public static bool Is(Principal caller) => caller.Name == "local" && caller.Tenant == Tenants.Default;
}
