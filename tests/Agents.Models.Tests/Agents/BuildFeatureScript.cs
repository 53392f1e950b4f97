using System.Text.Json;
using System.Text.RegularExpressions;
using Agents.Models.Tests.Server;

namespace Agents.Models.Tests.Agents;

/// <summary>A model that builds user authentication for a small project, at first not well.</summary>
internal sealed class BuildFeatureScript
{
    public const string Tests = """
        import unittest
        from auth import Accounts


        class AuthTest(unittest.TestCase):
            def test_sign_in(self):
                accounts = Accounts()
                accounts.sign_up("ann", "correct horse")
                self.assertTrue(accounts.sign_in("ann", "correct horse"))
                self.assertFalse(accounts.sign_in("ann", "wrong"))
                self.assertFalse(accounts.sign_in("bob", "correct horse"))
        """;

    private const string App = "from auth import Accounts\n\nACCOUNTS = Accounts()\n\n\ndef health():\n    return \"ok\"\n";

    private const string Weak = """
        import hashlib


        class Accounts:
            def __init__(self):
                self._passwords = {}

            def sign_up(self, name, password):
                self._passwords[name] = hashlib.md5(password.encode()).hexdigest()

            def sign_in(self, name, password):
                return self._passwords.get(name) == hashlib.md5(password.encode()).hexdigest()
        """;

    private const string Strong = """
        import hashlib
        import hmac
        import os


        class Accounts:
            def __init__(self):
                self._passwords = {}

            def sign_up(self, name, password):
                salt = os.urandom(16)
                self._passwords[name] = (salt, self._hash(salt, password))

            def sign_in(self, name, password):
                salt, expected = self._passwords.get(name, (b"0" * 16, b""))
                return hmac.compare_digest(expected, self._hash(salt, password))

            @staticmethod
            def _hash(salt, password):
                return hashlib.scrypt(password.encode(), salt=salt, n=1024, r=8, p=1)
        """;

    private static readonly string Limited = Strong
        .Replace("        self._passwords = {}", "        self._passwords = {}\n        self._failed = {}", StringComparison.Ordinal)
        .Replace(
            "        return hmac.compare_digest(expected, self._hash(salt, password))",
            "        if self._failed.get(name, 0) >= 5:\n            return False\n        good = hmac.compare_digest(expected, self._hash(salt, password))\n"
            + "        self._failed[name] = 0 if good else self._failed.get(name, 0) + 1\n        return good",
            StringComparison.Ordinal);

    // Each answer to "write the code", in the order of the steps.
    private readonly Queue<(string Path, string Text)[]> _versions = new(
    [
        [("app.py", App), ("auth.py", Weak.Replace("import hashlib\n", "import hashlb\n", StringComparison.Ordinal))],
        [("auth.py", Weak)],
        [("test_auth.py", Tests)],
        [("auth.py", Strong)],
        [("auth.py", Limited)],
    ]);

    /// <summary>What was asked for, in order.</summary>
    public List<(string Asked, string Prompt)> Said { get; } = [];

    public Reply Answer(ModelRequest request)
    {
        var asked = ScriptedAgents.Asked(request);
        lock (Said)
        {
            if (request.Roles[^1] == "tool")
                return Reply.Json(new { summary = "Accounts with sign up and sign in." });
            Said.Add((asked, request.LastMessage));
            return asked switch
            {
                "query" => Reply.Json(new { queries = new[] { "password hash salt locked" } }),
                "answer" => Reply.Json(new
                {
                    answered = true,
                    answer = "Passwords are hashed with a salt [1].",
                    citations = new[] { new { passage = ResearcherTests.Passage(request, "salt of its own"), quote = "hashed with scrypt and a salt of its own" } },
                    missing = Array.Empty<string>(),
                }),
                "design" => Reply.Json(new
                {
                    summary = "A class that keeps accounts.",
                    files = new[] { new { file = "auth.py", purpose = "Accounts.sign_up, Accounts.sign_in" } },
                    decisions = new[] { "scrypt with a salt: security before performance." },
                    tests = new[] { "A wrong password does not sign in." },
                }),
                "code" => DeveloperTest.Write(_versions.Dequeue()),
                "review" => Judge(request.LastMessage),
                _ => Reply.Json(new { text = "The change gives accounts: sign up and sign in, in `auth.py`." }),
            };
        }
    }

    // Finds the missing limit in every version that has none, at the line where it stands.
    private static Reply Judge(string prompt)
    {
        var lines = Regex.Count(prompt[prompt.IndexOf("## Rubric", StringComparison.Ordinal)..prompt.IndexOf("## Texts", StringComparison.Ordinal)], @"^\d+\. ", RegexOptions.Multiline, TimeSpan.FromSeconds(5));
        var limited = prompt.Contains("self._failed", StringComparison.Ordinal);
        var line = Regex.Match(prompt, @"^(?<line>\d+)\t    def sign_in", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)).Groups["line"].Value;
        object[] findings = limited
            ? []
            : [ReviewerTests.Found("HIGH", "Missing rate limiting", "auth.py", int.Parse(line, System.Globalization.CultureInfo.InvariantCulture)), ReviewerTests.Found("HIGH", "Invented", "auth.py", 4000)];
        return Reply.Json(ReviewerTests.Judged([.. Enumerable.Repeat(limited ? 96 : 70, lines)], findings));
    }
}
