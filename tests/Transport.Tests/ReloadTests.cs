namespace Transport.Tests;

/// <summary>Files change under a process, as a mounted secret does: the folder behind a link is another.</summary>
public sealed class ReloadTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tls-reload-").FullName;
    private readonly TestAuthority _authority;
    private readonly TransportCredentials _credentials;

    public ReloadTests()
    {
        _authority = new TestAuthority(_folder);
        Publish("one");
        _credentials = new TransportCredentials(
            new TransportSettings { Certificate = Path.Combine(_folder, "data", "tls.pem"), Key = Path.Combine(_folder, "data", "tls.key"), Authority = _authority.File },
            TimeProvider.System);
    }

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Refresh_NothingChanged_SaysNothing() => _credentials.Refresh().ShouldBeNull();

    [Fact]
    public void Refresh_LinkPointsElsewhere_TakesWhatIsThere()
    {
        Publish("two");

        _credentials.Refresh().ShouldBe(new TransportChange(null));

        _credentials.Subject.ShouldStartWith("CN=two,");
        _credentials.Refresh().ShouldBeNull();
    }

    [Fact]
    public void Refresh_NewFileIsBroken_KeepsTheLastGoodAndSaysSoOnce()
    {
        var key = File.ReadAllText(Path.Combine(_folder, "data", "tls.key"));
        Publish("two");
        var file = Path.Combine(_folder, "data", "tls.key");
        var good = File.ReadAllText(file);
        File.WriteAllText(file, key);

        _credentials.Refresh()!.Trouble.ShouldBe($"Transport:Key: the key in {file} does not fit the first certificate in {Path.Combine(_folder, "data", "tls.pem")} (CN=two).");
        _credentials.Refresh().ShouldBeNull();
        _credentials.Subject.ShouldStartWith("CN=one,");

        File.WriteAllText(file, good);
        _credentials.Refresh().ShouldBe(new TransportChange(null));
        _credentials.Subject.ShouldStartWith("CN=two,");
    }

    [Fact]
    public void Refresh_FileIsGone_KeepsTheLastGood()
    {
        File.Delete(Path.Combine(_folder, "data", "tls.key"));

        _credentials.Refresh()!.Trouble.ShouldStartWith($"Transport:Key: {Path.Combine(_folder, "data", "tls.key")} cannot be read");
        _credentials.Refresh().ShouldBeNull();
        _credentials.Subject.ShouldStartWith("CN=one,");
    }

    // A folder for each version, and a link to the one that counts.
    private void Publish(string name)
    {
        var version = Directory.CreateDirectory(Path.Combine(_folder, "version-" + name)).FullName;
        var (certificate, key) = _authority.Issue(name, folder: version);
        File.Move(certificate, Path.Combine(version, "tls.pem"));
        File.Move(key, Path.Combine(version, "tls.key"));
        var link = Path.Combine(_folder, "data");
        if (Directory.Exists(link))
            Directory.Delete(link);
        Directory.CreateSymbolicLink(link, version);
    }
}
