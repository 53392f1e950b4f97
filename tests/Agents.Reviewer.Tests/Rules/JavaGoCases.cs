namespace Agents.Reviewer.Tests.Rules;

/// <summary>Java and Go.</summary>
internal static class JavaGoCases
{
    public static IReadOnlyList<RuleCase> All { get; } =
    [
        .. new RuleCase.Table("src/App.java")
            .Bad("java-sql-injection", "class A { void f(String id) { s.executeQuery(\"select * from t where id=\" + id); } }", "q = em.createQuery(String.format(\"select u from U u where u.n='%s'\", name));")
            .Good("java-sql-injection", "s.prepareStatement(\"select * from t where id=?\");", "s.executeQuery(\"select * from \" + TABLE);", "String c = A.class.getName();\ns.execute(\"create alias f for '\" + c + \".f'\");", "String t = Sql.quoteIdentifier(name);\ns.execute(\"drop trigger \" + t);", "pool.execute(\"job \" + id);", "// s.executeQuery(\"select \" + id)\n")
            .Bad("java-command-injection", "Runtime.getRuntime().exec(\"ping \" + host);", "new ProcessBuilder(\"sh\", \"-c\", \"ls \" + dir).start();")
            .Good("java-command-injection", "new ProcessBuilder(\"ping\", host).start();", "Runtime.getRuntime().exec(\"ls\");")
            .Bad("java-weak-hash", "byte[] hashed = MessageDigest.getInstance(\"MD5\").digest(password.getBytes());", "class A {\n  private String sign(String secret) {\n    int a = 1;\n    int b = 2;\n    int c = 3;\n    return hex(MessageDigest.getInstance(\"SHA-1\"));\n  }\n}")
            .Good("java-weak-hash", "byte[] hashed = MessageDigest.getInstance(\"SHA-256\").digest(password.getBytes());", "String etag = hex(MessageDigest.getInstance(\"MD5\").digest(page));")
            .Bad("java-unsafe-deserialization", "Object o = new ObjectInputStream(in).readObject();")
            .Good("java-unsafe-deserialization", "var s = new ObjectInputStream(in);\ns.setObjectInputFilter(filter);\n")
            .Bad("java-empty-catch", "try { f(); } catch (IOException e) { }")
            .Good("java-empty-catch", "try { f(); } catch (IOException e) { log(e); }", "try { f(); } catch (IOException e) { /* closed already */ }", "try { f(); } catch (IOException ignored) { }",
                "try {\n  this.in.close();\n} catch (IOException e) {\n}", "try { Files.deleteIfExists(file); } catch (IOException e) { }", "try { s.close(); } catch (InterruptedIOException e) { stop(); } catch (IOException e) { }")
            .Bad("java-text-identity", "if (name == \"root\") { }", "if (name != \"\" && x) { }")
            .Good("java-text-identity", "if (\"root\".equals(name)) { }", "if (name == null) { }", "String s = \"a == b\";")
            .Cases,
        .. new RuleCase.Table("cmd/main.go")
            .Bad("go-sql-injection", "rows, err := db.Query(\"select * from t where id=\" + id)", "db.ExecContext(ctx, fmt.Sprintf(\"delete from t where n='%s'\", n))")
            .Good("go-sql-injection", "db.Query(\"select * from t where id=?\", id)", "cmd.Exec(\"run \" + name)")
            .Bad("go-command-injection", "exec.Command(\"sh\", \"-c\", \"ls \"+dir).Run()", "exec.CommandContext(ctx, \"/bin/bash\", \"-c\", fmt.Sprintf(\"du %s\", p))")
            .Good("go-command-injection", "exec.Command(\"ls\", \"-l\", \"/x/\"+dir).Run()", "exec.Command(\"sh\", \"-c\", \"ls\")")
            .Bad("go-certificate-check-off", "c := &tls.Config{InsecureSkipVerify: true}", "c.InsecureSkipVerify = true")
            .Good("go-certificate-check-off", "c := &tls.Config{InsecureSkipVerify: false}", "// InsecureSkipVerify: true\n", "c := &tls.Config{\n\tInsecureSkipVerify: true,\n\tVerifyPeerCertificate: pinned,\n}", "c.InsecureSkipVerify = true // #nosec G402: the user asked for it")
            .Bad("go-weak-hash", "func HashPassword(p string) []byte {\n\tvar a, b, c int\n\n\n\n\th := md5.New()\n}", "signature := sha1.Sum(append(b, secret...))")
            .Good("go-weak-hash", "password := sha256.New()", "password := other.md5.New()", "func id(b []byte) uint64 {\n\thash := sha1.Sum(b)\n\treturn binary.BigEndian.Uint64(hash[:8])\n}")
            .Bad("go-insecure-random", "import \"math/rand\"\nfunc f() { token := rand.Intn(1000000) }")
            .Good("go-insecure-random", "import \"math/rand\"\nfunc f() { index := rand.Intn(10) }", "import (\n\"crypto/rand\"\n// not math/rand\n)\nfunc f() { token := rand.Int(r, n) }")
            .Bad("go-defer-in-loop", "func f() {\n\tfor _, p := range paths {\n\t\tx, _ := os.Open(p)\n\t\tdefer x.Close()\n\t}\n}",
                "func f() {\n\tfor _, p := range paths {\n\t\tdefer x.Close()\n\t\tif x.Empty() {\n\t\t\treturn\n\t\t}\n\t\tuse(x)\n\t}\n}",
                "func f() {\n\tfor {\n\t\tdefer x.Close()\n\t\tif more() {\n\t\t\tcontinue\n\t\t}\n\t\treturn\n\t}\n}")
            .Good("go-defer-in-loop", "func f() {\n\tdefer a()\n\tfor _, p := range paths {\n\t\tg(p)\n\t}\n}", "func f() {\n\tfor _, p := range paths {\n\t\tfunc() {\n\t\t\tdefer x()\n\t\t}()\n\t}\n}",
                "func f() {\n\tfor _, p := range paths {\n\t\tif x, err := os.Open(p); err == nil {\n\t\t\tdefer x.Close()\n\t\t\treturn read(x)\n\t\t}\n\t}\n}",
                "func f() {\n\tfor {\n\t\tswitch err {\n\t\tcase io.EOF:\n\t\t\tdefer x.Close()\n\t\t\tcopy(x)\n\t\t\treturn true\n\t\tdefault:\n\t\t\tnext()\n\t\t}\n\t}\n}",
                "func f() (err error) {\n\tfor _, l := range all {\n\t\tl.Start()\n\t\tdefer func() {\n\t\t\tif err != nil {\n\t\t\t\tl.Stop()\n\t\t\t}\n\t\t}()\n\t}\n}",
                "func f() {\n\tfor _, c := range closers {\n\t\tdefer c.Close()\n\t}\n}", "func f() {\n\tfor _, x := range all {\n\t\tif x.Big() {\n\t\t\tdefer func() {\n\t\t\t\tx.Drop()\n\t\t\t}()\n\t\t\tbreak\n\t\t}\n\t}\n}", "func f() {\n\tfor i := 0; i < 2; i++ {\n\t\tdefer x.Close()\n\t}\n}")
            .Cases,
    ];
}
