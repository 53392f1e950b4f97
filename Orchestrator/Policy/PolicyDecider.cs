using Microsoft.Extensions.Options;
using Orchestrator.Policy.Rules;
using Transport;

namespace Orchestrator.Policy;

/// <summary>Decides by OPA where one is configured, else by the rules of the file.</summary>
internal sealed class PolicyDecider : IDisposable
{
    private readonly PolicySource _source;
    private readonly PolicyOptions _options;
    private readonly ILogger _logger;
    private readonly OpaClient? _opa;

    public PolicyDecider(PolicySource source, IOptions<PolicyOptions> options, TimeProvider time, TransportCredentials credentials, ILogger<PolicyDecider> logger)
    {
        (_source, _options, _logger) = (source, options.Value, logger);
        _opa = _options.Opa.Length > 0 ? new OpaClient(new Uri(_options.Opa), TimeSpan.FromSeconds(_options.OpaSeconds), credentials, time) : null;
    }

    public async ValueTask<PolicyVerdict> DecideAsync(PolicyInput input, CancellationToken ct)
    {
        if (_opa is null)
        {
            return _source.Current().Decide(input);
        }

        try
        {
            return await _opa.DecideAsync(input, ct);
        }
        catch (OpaException e)
        {
            PolicyLog.OpaFailed(_logger, _options.Opa, input.Tool, e.Message);
            return PolicyVerdict.Deny($"The policy server {_options.Opa} did not decide: {e.Message}.", "opa");
        }
    }

    public void Dispose() => _opa?.Dispose();
}
