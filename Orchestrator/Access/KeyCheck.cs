using Microsoft.AspNetCore.Authentication;
using Orchestrator.Storage;

namespace Orchestrator.Access;

/// <summary>Holds what is shown against the keys there are.</summary>
internal sealed class KeyCheck(KeyBook keys, TimeProvider time)
{
    /// <summary>Finds the key that a text is.</summary>
    /// <returns>The key, or why it does not count; of the text, no more than its beginning is said.</returns>
    public (HeldKey? Key, Exception? Failure) Check(string text)
    {
        if (!ApiKeyText.TryRead(text, out var shown))
            return (null, new AuthenticationFailureException("What the call shows is no API key: one begins with agk_."));
        var now = time.GetUtcNow();
        var key = keys.Find(shown.Value.Id);
        if (key is null && !keys.IsCurrent)
            return (null, new StoreUnavailableException("The keys cannot be read at the moment; try again."));
        if (key is null || !key.Fits(shown.Value.Hash))
            return (null, new AuthenticationFailureException($"The API key {shown.Value.Shown} is not known here."));
        if (key.WhyNot(now) is { } reason)
            return (null, new AuthenticationFailureException($"The API key {shown.Value.Shown} {reason}."));
        key.Used(now);
        return (key, null);
    }

    /// <summary>The key of an id, as long as it counts.</summary>
    public HeldKey? Current(string id)
    {
        var now = time.GetUtcNow();
        if (keys.Find(id) is not { } key || key.WhyNot(now) is not null)
            return null;
        key.Used(now);
        return key;
    }
}
