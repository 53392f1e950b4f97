namespace Agents.Models;

/// <summary>Codes of failures of tasks that ask a language model.</summary>
public static class ModelFailureCodes
{
    /// <summary>A setting that the provider needs is missing. Permanent; the message names the setting.</summary>
    public const string NotConfigured = "MODEL_NOT_CONFIGURED";

    /// <summary>The provider does not accept the key, or no token could be had. Permanent; the message names the setting.</summary>
    public const string Unauthorized = "MODEL_UNAUTHORIZED";

    /// <summary>The provider has no such model or deployment. Permanent; the message names the setting.</summary>
    public const string NotFound = "MODEL_NOT_FOUND";

    /// <summary>The provider refuses the request as it stands, or the model refuses to answer. Permanent.</summary>
    public const string Refused = "MODEL_REFUSED";

    /// <summary>All tries failed: too many requests, a fault of the provider, a broken connection. Another attempt may succeed.</summary>
    public const string Unavailable = "MODEL_UNAVAILABLE";

    /// <summary>The time of the settings was up. Another attempt may succeed.</summary>
    public const string Timeout = "MODEL_TIMEOUT";

    /// <summary>The answer does not have the form that was asked for, also after it was told what is wrong. Another attempt may succeed.</summary>
    public const string InvalidAnswer = "MODEL_ANSWER_INVALID";
}
