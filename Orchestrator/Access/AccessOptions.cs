using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Orchestrator.Access;

/// <summary>Settings of access: the section <c>Access</c>.</summary>
internal sealed class AccessOptions
{
    /// <summary>The value of <see cref="Anonymous"/> that opens everything to everybody.</summary>
    public const string Everywhere = "everywhere";

    /// <summary>
    /// <c>keys</c>: every call shows an API key. <c>open</c>: everybody may do everything, and nobody but this machine can call.
    /// Null: <c>keys</c> where one is configured, else <c>open</c>.
    /// </summary>
    [RegularExpression("^(keys|open)$", ErrorMessage = "Access:Mode must be 'keys' or 'open'.", MatchTimeoutInMilliseconds = 1000)]
    public string? Mode { get; set; }

    /// <summary><c>everywhere</c>: open to whoever reaches this process, from other machines too. Null: only from this one.</summary>
    [RegularExpression("^(everywhere)$", ErrorMessage = "Access:Anonymous must be 'everywhere', or not be set.", MatchTimeoutInMilliseconds = 1000)]
    public string? Anonymous { get; set; }

    /// <summary>A key with the role admin for all tenants, or <c>Access:AdminKeyFile</c> names a file with it. Null: none is configured.</summary>
    public string? AdminKey { get; set; }

    /// <summary>A key with the role agent, or <c>Access:AgentKeyFile</c> names a file with it. Null: none is configured.</summary>
    public string? AgentKey { get; set; }

    /// <summary>
    /// True: where the store has no key at the start, makes one with the role admin for all tenants and prints it on standard
    /// output, once.
    /// </summary>
    public bool CreateAdminKey { get; set; }

    /// <summary>Whether keys are demanded.</summary>
    public bool DemandsKeys => Mode is null
        ? CreateAdminKey || !string.IsNullOrEmpty(AdminKey) || !string.IsNullOrEmpty(AgentKey)
        : Mode == "keys";

    /// <summary>What a start ends with when the settings do not do.</summary>
    public static OptionsValidationException Wrong(string message) => new("Access", typeof(AccessOptions), [message]);
}
