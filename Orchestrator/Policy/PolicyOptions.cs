using System.ComponentModel.DataAnnotations;

namespace Orchestrator.Policy;

/// <summary>The settings of the section <c>Policy</c>.</summary>
internal sealed class PolicyOptions : IValidatableObject
{
    /// <summary>The rules. Default: <c>policies/tools.json</c> beside the program.</summary>
    public string File { get; set; } = Path.Combine(AppContext.BaseDirectory, "policies", "tools.json");

    /// <summary>Address of an OPA server that decides instead of the built-in evaluator, e.g. <c>http://localhost:8181</c>. Empty: none.</summary>
    public string Opa { get; set; } = "";

    /// <summary>How long OPA may take. Then the call is denied.</summary>
    [Range(0.1, 60)]
    public double OpaSeconds { get; set; } = 5;

    /// <summary>How old what is known of the file may be.</summary>
    [Range(0, 3600)]
    public double ReloadSeconds { get; set; } = 2;

    /// <summary>How long a question that a person has to answer is held open before the agent asks again.</summary>
    [Range(0.1, 25)]
    public double HoldSeconds { get; set; } = 20;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Opa.Length > 0 && (!Uri.TryCreate(Opa, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")))
        {
            yield return new ValidationResult($"Policy:Opa is '{Opa}'; it must be an http or https address.");
        }
    }
}
