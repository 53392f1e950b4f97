using System.ComponentModel.DataAnnotations;

namespace Orchestrator.Team;

/// <summary>Being an agent of another orchestrator: configuration section <c>Team</c>.</summary>
internal sealed class TeamOptions
{
    /// <summary>Where the master listens for gRPC. Empty: there is no master.</summary>
    [RegularExpression("^(https?://.+)?$", ErrorMessage = "Team:Master is '{0}'; it must be empty, or an http or https URL.", MatchTimeoutInMilliseconds = 1000)]
    public string Master { get; set; } = "";

    /// <summary>The role in which it joins: what plans of the master name.</summary>
    [RegularExpression("^[a-z][a-z0-9_-]{0,49}$", ErrorMessage = "Team:Role must be lower case letters, digits, - and _, beginning with a letter, at most 50.", MatchTimeoutInMilliseconds = 1000)]
    public string Role { get; set; } = "team";

    /// <summary>Runs for the master at a time.</summary>
    [Range(1, 100_000)]
    public int MaxParallel { get; set; } = 16;

    /// <summary>Seconds for a run when the master's task does not say.</summary>
    [Range(1, 30 * 86400)]
    public int TimeLimitSeconds { get; set; } = 86400;

    /// <summary>The tenant to which runs for the master belong here.</summary>
    [Required, StringLength(100)]
    public string Tenant { get; set; } = "local";

    /// <summary>Where the master reaches this process. Empty: where it listens for gRPC.</summary>
    [RegularExpression("^(https?://.+)?$", ErrorMessage = "Team:AdvertisedUrl must be empty, or an http or https URL.", MatchTimeoutInMilliseconds = 1000)]
    public string AdvertisedUrl { get; set; } = "";

    /// <summary>For people. Empty: the role and the process id.</summary>
    [StringLength(100)]
    public string InstanceName { get; set; } = "";

    /// <summary>The API key, of the role agent, that the master knows, or <c>Team:ApiKeyFile</c> names a file with it. Empty: none is shown.</summary>
    public string ApiKey { get; set; } = "";
}
