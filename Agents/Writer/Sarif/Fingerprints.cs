using System.Security.Cryptography;
using System.Text;
using Agents.Writer.Findings;

namespace Agents.Writer.Sarif;

/// <summary>Names for findings that stay when lines above them come and go, so that a scanning page knows which are new.</summary>
internal static class Fingerprints
{
    /// <summary>The version counts up when the recipe changes.</summary>
    public const string Name = "agentsFinding/v1";

    /// <summary>By rule, file and the code itself without its spaces; the line only counts where the same code is there twice, as its order.</summary>
    public static IEnumerable<(Finding Finding, string Fingerprint)> Of(IReadOnlyList<Finding> findings)
    {
        var seen = new Dictionary<string, int>();
        var order = findings.Select((finding, index) => (finding, index)).OrderBy(item => item.finding.StartLine).Select(item =>
        {
            var code = string.Concat((item.finding.Snippet.Length > 0 ? item.finding.Snippet : item.finding.Message).Where(c => !char.IsWhiteSpace(c)));
            var identity = $"{item.finding.Rule}\n{item.finding.File}\n{code}";
            var nth = seen[identity] = seen.GetValueOrDefault(identity) + 1;
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes(identity));
            return (item.finding, item.index, fingerprint: $"{Convert.ToHexStringLower(hash.AsSpan(0, 16))}:{nth}");
        }).ToList();
        return order.OrderBy(item => item.index).Select(item => (item.finding, item.fingerprint));
    }
}
