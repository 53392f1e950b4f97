namespace Agents.Reviewer.Tests.Rules;

internal static class CSharpSecurityCases
{
    public static IReadOnlyList<RuleCase> All { get; } = new RuleCase.Table("src/Code.cs")
        .Bad("cs-command-injection",
            """class C { void M(string name) { Process.Start("cmd.exe", "/c del " + name); } }""",
            """class C { void M(string name) { var i = new ProcessStartInfo("git", $"log {name}"); } }""",
            """class C { void M(string n) { var i = new ProcessStartInfo { FileName = "sh", Arguments = "-c " + n }; } }""",
            """class C { void M(string n) { var a = "-c " + n; Process.Start("/bin/sh", a); } }""")
        .Good("cs-command-injection",
            """class C { void M() { Process.Start("git", "log --oneline"); } }""",
            """class C { void M(string n) { var i = new ProcessStartInfo("git"); i.ArgumentList.Add(n); } }""",
            """class C { const string A = "x"; void M() { Process.Start("git", "log " + A); } }""",
            """class C { void M(string n) { Timer.Start("git", "log " + n); } }""",
            "class C { void M(string n) { // Process.Start(\"cmd\", \"/c \" + n)\n            } }")
        .Bad("cs-sql-injection",
            """class C { void M(string n) { db.Execute($"select * from users where name = '{n}'"); } }""",
            """class C { void M(string n) { var c = new SqlCommand("SELECT * FROM t WHERE n='" + n + "'"); } }""",
            """class C { void M(string n) { cmd.CommandText = string.Format("delete from t where n = '{0}'", n); } }""")
        .Good("cs-sql-injection",
            """class C { void M(string n) { db.Execute("select * from users where name = @n", new { n }); } }""",
            """class C { void M(string n) { log.Execute($"selected {n} from the list"); } }""",
            """class C { void M() { cmd.CommandText = "select a " + "from t "; } }""")
        .Bad("cs-weak-hash",
            """class C { string HashPassword(string p) { return Hex(MD5.HashData(Bytes(p))); } }""",
            """class C { void M() { var passwordHash = SHA1.Create().ComputeHash(x); } }""")
        .Good("cs-weak-hash",
            """class C { string CacheKey(string p) { return Hex(MD5.HashData(Bytes(p))); } }""",
            """class C { string HashPassword(string p) { return Hex(SHA256.HashData(Bytes(p))); } }""")
        .Bad("cs-weak-cipher",
            """class C { void M() { var c = new DESCryptoServiceProvider(); } }""",
            """class C { void M() { var c = TripleDES.Create(); } }""",
            """class C { void M(Aes a) { a.Mode = CipherMode.ECB; } }""")
        .Good("cs-weak-cipher",
            """class C { void M(Aes a) { a.Mode = CipherMode.CBC; var d = "DES ECB"; } }""",
            """class C { void M() { var c = Aes.Create(); } }""")
        .Bad("cs-unsafe-deserialization",
            """class C { object M(Stream s) { var f = new BinaryFormatter(); return f.Deserialize(s); } }""",
            """class C { void M() { var s = new JsonSerializerSettings { TypeNameHandling = TypeNameHandling.All }; } }""")
        .Good("cs-unsafe-deserialization",
            """class C { void M(Stream s, object o) { var f = new BinaryFormatter(); f.Serialize(s, o); } }""",
            """class C { void M() { var s = new JsonSerializerSettings { TypeNameHandling = TypeNameHandling.None }; } }""",
            """class C { void M() { var s = new JsonSerializerSettings { TypeNameHandling = TypeNameHandling.Auto, SerializationBinder = b }; } }""")
        .Bad("cs-xml-external-entities",
            """class C { void M() { var s = new XmlReaderSettings { DtdProcessing = DtdProcessing.Parse }; } }""",
            """class C { void M(XmlDocument d) { d.XmlResolver = new XmlUrlResolver(); } }""")
        .Good("cs-xml-external-entities",
            """class C { void M() { var s = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit }; } }""",
            """class C { void M() { var s = new XmlReaderSettings { DtdProcessing = DtdProcessing.Parse }; s.XmlResolver = null; } }""")
        .Bad("cs-certificate-check-off",
            """class C { void M() { ServicePointManager.ServerCertificateValidationCallback = (a, b, c, d) => true; } }""",
            """class C { void M() { var h = new HttpClientHandler { ServerCertificateCustomValidationCallback = delegate { return true; } }; } }""",
            """class C { void M() { h.X = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator; } }""",
            """class C { bool Accept(object s, X509Certificate c, X509Chain h, SslPolicyErrors e) { return true; } }""")
        .Good("cs-certificate-check-off",
            """class C { void M() { h.ServerCertificateCustomValidationCallback = (a, b, c, e) => e == SslPolicyErrors.None; } }""",
            """class C { bool Accept(object s, X509Certificate c, X509Chain h, SslPolicyErrors e) { return e == SslPolicyErrors.None; } }""")
        .Bad("cs-insecure-random",
            """class C { string NewPassword() { var r = new Random(); return r.Next().ToString(); } }""",
            """class C { string MakeToken() { return Random.Shared.Next().ToString(); } }""")
        .Good("cs-insecure-random",
            """class C { int RollDice() { var r = new Random(); return r.Next(6); } }""",
            """class C { string NewPassword() { return RandomNumberGenerator.GetString(Letters, 20); } }""")
        .Bad("cs-archive-path-traversal",
            """class C { void M(ZipArchiveEntry entry, string to) { var p = Path.Combine(to, entry.FullName); entry.ExtractToFile(p); } }""")
        .Good("cs-archive-path-traversal",
            """class C { void M(ZipArchiveEntry entry, string to) { var p = Path.GetFullPath(Path.Combine(to, entry.FullName)); if (!p.StartsWith(to)) throw new X(); entry.ExtractToFile(p); } }""",
            """class C { string M(ZipArchiveEntry entry, string to) { return Path.Combine(to, entry.FullName); } }""")
        .Bad("cs-old-tls",
            """class C { void M() { ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls; } }""",
            """class C { void M(SslStream s) { s.AuthenticateAsClient(h, null, SslProtocols.Tls11, false); } }""")
        .Good("cs-old-tls",
            """class C { void M() { ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls12; } }""",
            """class C { void M(SslProtocols p) { if (p == SslProtocols.Tls) Refuse(); } }""")
        .Bad("cs-weak-key-derivation",
            """class C { void M(string p, byte[] s) { var d = new Rfc2898DeriveBytes(p, s); } }""",
            """class C { void M(string p, byte[] s) { var d = new Rfc2898DeriveBytes(p, s, 1_000, HashAlgorithmName.SHA256); } }""")
        .Good("cs-weak-key-derivation",
            """class C { void M(string p, byte[] s) { var d = new Rfc2898DeriveBytes(p, s, 600_000, HashAlgorithmName.SHA256); } }""",
            """class C { void M(string p, byte[] s, int n) { var d = new Rfc2898DeriveBytes(p, s, n); } }""")
        .Bad("cs-cors-any-origin-credentials",
            """class C { void M() { o.AddPolicy("p", b => b.SetIsOriginAllowed(_ => true).AllowCredentials()); } }""")
        .Good("cs-cors-any-origin-credentials",
            """class C { void M() { o.AddPolicy("p", b => b.WithOrigins("https://a.example").AllowCredentials()); } }""",
            """class C { void M() { o.AddPolicy("p", b => b.SetIsOriginAllowed(_ => true)); } }""")
        .Bad("cs-regex-exponential",
            """class C { Regex r = new Regex("^(a+)+$"); }""",
            """class C { bool M(string s) { return Regex.IsMatch(s, @"^(\w+\s?)*$"); } }""")
        .Good("cs-regex-exponential",
            """class C { Regex r = new Regex("^(a+)+$", RegexOptions.NonBacktracking); }""",
            """class C { Regex r = new Regex("^(a+)+$", RegexOptions.None, TimeSpan.FromSeconds(1)); }""",
            """class C { Regex r = new Regex("^[a-z]{1,8}(-[a-z0-9]{1,8})*$"); }""",
            """class C { Regex r = new Regex("^(a+b)+$"); }""")
        .Cases;
}
