using Agents.Hosting.Redaction;
using Agents.Models.Settings;
using Agents.Models.Tests.Server;
using Microsoft.Extensions.AI;

namespace Agents.Models.Tests;

public sealed class RedactionTests
{
    // Put together here, so that no scanner takes them for real.
    private static readonly string Aws = "AKIA" + "IOSFODNN7EXAMPLE";
    private static readonly string GitHub = "ghp_" + new string('a', 36);
    private static readonly string Jwt = "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0." + "dozjgNryP4J3jVmNHl0w5N";
    private static readonly string Pem = "-----BEGIN RSA PRIVATE " + "KEY-----\nMIIEpAIBAAKCAQEA\nabc\n-----END RSA PRIVATE " + "KEY-----";

    public static TheoryData<string, string> Secrets => new()
    {
        { $"key {Aws} end", Aws },
        { $"token={GitHub}", GitHub },
        { $"Authorization: Bearer {Jwt}", Jwt },
        { $"before\n{Pem}\nafter", "MIIEpAIBAAKCAQEA" },
        { "Server=db;Database=x;User Id=sa;Password=Tr0ub4dor;Encrypt=true", "Tr0ub4dor" },
        { "AccountName=a;AccountKey=c2VjcmV0c2VjcmV0==;EndpointSuffix=x", "c2VjcmV0c2VjcmV0==" },
        { "postgres://admin:hunter22@db:5432/x", "hunter22" },
        { "api_key = \"0a1b2c3d4e5f\"", "0a1b2c3d4e5f" },
        { "{\"client_secret\": \"zyxwvut-98765\"}", "zyxwvut-98765" },
    };

    [Theory]
    [MemberData(nameof(Secrets))]
    public void Text_WithASecret_LosesIt(string text, string secret)
    {
        var redacted = new SecretRedactor([]).Redact(text);

        redacted.ShouldNotContain(secret);
        redacted.ShouldContain(SecretRedactor.Mark);
    }

    [Theory]
    [InlineData("The password is checked by PasswordHasher.Verify(hash, given).")]
    [InlineData("var token = await source.GetTokenAsync();")]
    [InlineData("See https://example.org/a:b/c and mailto:someone@example.org")]
    [InlineData("Basic usage of the API key setting: set ApiKey.")]
    public void Text_WithoutASecret_StaysAsItIs(string text) => new SecretRedactor([]).Redact(text).ShouldBe(text);

    [Fact]
    public void Settings_NamedLikeSecrets_AreFoundInText()
    {
        var settings = ModelTest.Settings(("ConnectionStrings:db", "plain-value-one"), ("GITHUB_TOKEN", "plain-value-two"), ("Title", "plain-value-three"), ("Models:Secrets:0", "plain-value-four"));
        var redactor = SecretRedactor.Of(settings, ModelOptions.Read(settings).Secrets);

        redactor.Redact("plain-value-one plain-value-two plain-value-three plain-value-four").ShouldBe("[REDACTED] [REDACTED] plain-value-three [REDACTED]");
    }

    [Fact]
    public async Task Everything_ThatLeaves_IsRedacted()
    {
        await using var server = await ModelServer.StartAsync(Reply.Calls(("read", "{\"path\": \".env\"}")), Reply.Text("Done."));
        var test = new ModelTest(server, null, ("Secrets:DbPassword", "correct-horse-battery"));
        var options = new ChatOptions
        {
            Instructions = $"Never say {Aws}.",
            Tools = [AIFunctionFactory.Create((string path) => $"{path}: TOKEN={GitHub} correct-horse-battery", "read")],
        };

        await test.Model.Client("test").GetResponseAsync($"Use {Jwt}.", options);

        server.Requests.Count.ShouldBe(2);
        foreach (var secret in new[] { Aws, GitHub, Jwt, "correct-horse-battery", ModelTest.Key })
            server.Requests.ShouldAllBe(request => !request.Text.Contains(secret, StringComparison.Ordinal));
        server.Requests[1].LastMessage.ShouldContain(".env: TOKEN=[REDACTED] [REDACTED]");
    }
}
