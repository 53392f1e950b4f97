using System.Text.RegularExpressions;
using Agents.Rules.Sources;

namespace Agents.Rules.Security;

/// <summary>Ciphers that are broken or used without an initial value.</summary>
internal sealed class ScriptWeakCipher() : ScriptRule(new RuleInfo(
    "js-weak-cipher",
    "Broken cipher or mode",
    Category.Security,
    Severity.High,
    Languages.Script,
    "The cipher or mode is broken: createCipher derives the key with one round of MD5 and no initial value, ECB shows patterns, DES and RC4 can be broken.",
    "createCipheriv with aes-256-gcm and a random initial value.",
    "CWE-327"))
{
    private static readonly Regex Old = Pattern.Timed(@"(?<![\w$])crypto\.create(?:Cipher|Decipher)\s*\(");
    private static readonly Regex Iv = Pattern.Timed(@"(?<![\w$])(?:crypto\.)?create(?:Cipher|Decipher)iv\s*\(");
    private static readonly Regex Weak = Pattern.Linear(@"^.(des|rc4|rc2|bf|blowfish)|-ecb.$", ignoreCase: true);

    public override IReadOnlyList<string> Triggers => ["ipher"];

    public override IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (var (start, open, _) in Calls(file, Old))
        {
            yield return Found(file, start, CloseOf(file, open));
        }

        foreach (var (start, open, arguments) in Calls(file, Iv).Where(c => c.Arguments.Count > 0))
        {
            if (Weak.IsMatch(Text(file, arguments[0])))
            {
                yield return Found(file, start, CloseOf(file, open));
            }
        }
    }
}
