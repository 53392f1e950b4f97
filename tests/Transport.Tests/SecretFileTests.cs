using Microsoft.Extensions.Configuration;
using ServiceDefaults.Secrets;

namespace Transport.Tests;

/// <summary>Secrets from files take the place of settings.</summary>
public sealed class SecretFileTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("ConnectionStrings:shopFile", "ConnectionStrings:shop")]
    [InlineData("Store:PasswordFile", "Store:Password")]
    [InlineData("Access:AdminKeyFile", "Access:AdminKey")]
    [InlineData("Access:AgentKeyFile", "Access:AgentKey")]
    [InlineData("Agents:ApiKeyFile", "Agents:ApiKey")]
    [InlineData("Team:ApiKeyFile", "Team:ApiKey")]
    [InlineData("Models:Azure:ApiKeyFile", "Models:Azure:ApiKey")]
    [InlineData("Models:SecretFiles:0", "Models:Secrets:0")]
    [InlineData("Tools:Mcp:crm:HeaderFiles:Authorization", "Tools:Mcp:crm:Headers:Authorization")]
    [InlineData("Tools:Mcp:crm:EnvFiles:TOKEN", "Tools:Mcp:crm:Env:TOKEN")]
    [InlineData("Azure:SignalR:ConnectionStringFile", "Azure:SignalR:ConnectionString")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS_FILE", "OTEL_EXPORTER_OTLP_HEADERS")]
    public void Add_FileOfASecret_IsReadInItsPlace(string setting, string value)
    {
        File.WriteAllText(_file, "Host=db;Password=two words \r\n");

        With((setting, _file))[value].ShouldBe("Host=db;Password=two words ");
    }

    [Fact]
    public void Add_NameThatEndsAlike_IsLeftAlone() => With(("ConnectionStrings:profile", "x"))["ConnectionStrings:pro"].ShouldBeNull();

    [Fact]
    public void Add_ValueAndFile_AreOneTooMany() =>
        Message(("Store:PasswordFile", _file), ("Store:Password", "hidden")).ShouldBe("Store:PasswordFile and Store:Password are both set; there must be one of them.");

    [Fact]
    public void Add_FileThatIsMissing_IsNamed() => Message(("Store:PasswordFile", "/nowhere/password")).ShouldStartWith("Store:PasswordFile: /nowhere/password cannot be read:");

    [Fact]
    public void Add_FileThatIsEmpty_IsNamed()
    {
        File.WriteAllText(_file, "\n");

        Message(("Store:PasswordFile", _file)).ShouldBe($"Store:PasswordFile: {_file} is empty; it must hold the secret.");
    }

    [Fact]
    public void Add_FileThatIsTooLarge_IsNamed()
    {
        File.WriteAllBytes(_file, new byte[70_000]);

        Message(("Store:PasswordFile", _file)).ShouldBe($"Store:PasswordFile: {_file} has 70000 bytes; a secret has at most 65536.");
    }

    private static string Message(params (string Key, string Value)[] settings) => Should.Throw<SecretFileException>(() => With(settings)).Message;

    private static ConfigurationManager With(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        configuration.AddSecretFiles();
        return configuration;
    }
}
