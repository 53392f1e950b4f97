using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;

namespace Transport.Tests;

/// <summary>A setting or file that cannot be used ends the start, with a message to act on.</summary>
public sealed class SettingsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tls-settings-").FullName;
    private readonly TestAuthority _authority;

    public SettingsTests() => _authority = new TestAuthority(_folder);

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Read_NothingSet_NothingIsShown()
    {
        var credentials = new TransportCredentials(Settings(), TimeProvider.System);

        credentials.Subject.ShouldBeNull();
        credentials.Settings.IsSet.ShouldBeFalse();
    }

    [Fact]
    public void Load_CertificateWithOneBetween_ShowsBoth()
    {
        var (certificate, key) = _authority.Issue("node", below: true);

        var credentials = new TransportCredentials(Settings($"Transport:Certificate={certificate}", $"Transport:Key={key}"), TimeProvider.System);

        credentials.Subject.ShouldStartWith("CN=node, valid until ");
        credentials.Current.Context!.IntermediateCertificates.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("Transport:Certificat=x", "Transport:Certificat is not a setting; known are Transport:Certificate, Transport:Key")]
    [InlineData("Transport:ClientCertificates=yes", "Transport:ClientCertificates is 'yes'; it must be none, optional or required.")]
    [InlineData("Transport:ReloadSeconds=0", "Transport:ReloadSeconds is '0'; it must be a whole number from 1 to 3600.")]
    [InlineData("Transport:Revocation=often", "Transport:Revocation is 'often'; it must be true or false.")]
    [InlineData("Transport:Key=x", "Transport:Key is set and Transport:Certificate is not")]
    [InlineData("Transport:ClientCertificates=required", "Transport:ClientCertificates is 'required' and Transport:Authority names no file")]
    [InlineData("Transport:Certificate=/nowhere/tls.crt", "Transport:Certificate: /nowhere/tls.crt cannot be read: Could not find")]
    public void Read_SettingThatIsWrong_IsNamedWithItsRule(string setting, string message) =>
        Should.Throw<TransportException>(() => new TransportCredentials(Settings(setting), TimeProvider.System)).Message.ShouldStartWith(message);

    [Fact]
    public void Load_KeyOfAnotherCertificate_SaysThatItDoesNotFit() =>
        Message(_authority.Issue("node").Certificate, _authority.Issue("other").Key).ShouldBe(
            $"Transport:Key: the key in {_folder}/other.key does not fit the first certificate in {_folder}/node.pem (CN=node).");

    [Fact]
    public void Load_CertificateThatExpired_SaysWhen() =>
        Message(_authority.Issue("node", from: -10, until: -1)).ShouldStartWith($"Transport:Certificate: the certificate in {_folder}/node.pem (CN=node) expired at 20");

    [Fact]
    public void Load_CertificateOfTomorrow_SaysWhen() =>
        Message(_authority.Issue("node", from: 1)).ShouldStartWith($"Transport:Certificate: the certificate in {_folder}/node.pem (CN=node) is not valid before 20");

    [Fact]
    public void Load_KeyThatIsMissing_IsSaid() =>
        Message(_authority.Issue("node").Certificate, null).ShouldBe($"Transport:Certificate: {_folder}/node.pem holds no private key in PEM (-----BEGIN PRIVATE KEY-----).");

    [Fact]
    public void Load_KeyThatIsEncrypted_IsSaid()
    {
        var (certificate, key) = _authority.Issue("node");
        using var plain = ECDsa.Create();
        plain.ImportFromPem(File.ReadAllText(key));
        File.WriteAllText(key, plain.ExportEncryptedPkcs8PrivateKeyPem("word", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));

        Message(certificate, key).ShouldStartWith($"Transport:Key: the key in {key} is encrypted; it must not be");
    }

    [Fact]
    public void Load_FileWithoutCertificate_IsSaid()
    {
        var key = _authority.Issue("node").Key;

        Message(key, key).ShouldBe($"Transport:Certificate: {key} holds no certificate in PEM (-----BEGIN CERTIFICATE-----).");
    }

    [Fact]
    public void Load_AuthorityThatIsNone_IsSaid()
    {
        var (certificate, _) = _authority.Issue("node");

        Should.Throw<TransportException>(() => new TransportCredentials(Settings($"Transport:Authority={certificate}"), TimeProvider.System)).Message
            .ShouldBe($"Transport:Authority: {certificate} holds CN=node, which is not the certificate of an authority (CA:TRUE).");
    }

    [Fact]
    public void Read_LinkOfItsOwn_TakesTheRestFromTheMainOnes()
    {
        var configuration = Configuration("Transport:Certificate=a", "Transport:Key=b", "Transport:Authority=c", "Transport:Redis:Authority=d", "Transport:Redis:ServerNames:0=redis");
        var main = TransportSettings.Read(configuration);

        var link = TransportSettings.Read(configuration, "Transport:Redis", main);

        (link.Certificate, link.Key, link.Authority).ShouldBe(("a", "b", "d"));
        (link.CertificateSetting, link.AuthoritySetting).ShouldBe(("Transport:Certificate", "Transport:Redis:Authority"));
        link.ServerNames.ShouldBe(["redis"]);
        main.ServerNames.ShouldBeEmpty();
    }

    private static string Message((string Certificate, string Key) files) => Message(files.Certificate, files.Key);

    private static string Message(string certificate, string? key)
    {
        string[] settings = key is null ? [$"Transport:Certificate={certificate}"] : [$"Transport:Certificate={certificate}", $"Transport:Key={key}"];
        return Should.Throw<TransportException>(() => new TransportCredentials(Settings(settings), TimeProvider.System)).Message;
    }

    internal static TransportSettings Settings(params string[] settings) => TransportSettings.Read(Configuration(settings));

    private static IConfiguration Configuration(params string[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => setting.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], (string?)pair[1]))).Build();
}
