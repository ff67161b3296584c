/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package io.github.natskv.testsupport;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;

import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

import org.springframework.util.FileSystemUtils;

/**
 * A certificate authority for tests, which writes what it issues as PEM files. It is made
 * with what jnats brings along.
 */
public final class Certificates implements AutoCloseable {

	private static final Duration DAY = Duration.ofDays(1);

	private final Path directory;

	private final String name;

	private final KeyPair keys;

	private Certificates(String name) throws IOException, GeneralSecurityException {
		this.directory = Files.createTempDirectory("certificates-");
		this.name = name;
		this.keys = newKeys();
		Instant now = Instant.now();
		write("ca", certificate(name, this.keys, now.minus(DAY), now.plus(DAY), true), this.keys.getPrivate());
	}

	/** A new authority, which nobody trusts yet. */
	public static Certificates authority(String name) {
		try {
			return new Certificates(name);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Issue a certificate for 127.0.0.1 and localhost, as {@code <name>.pem} and
	 * {@code <name>.key}.
	 */
	public Certificates issue(String certificateName) {
		return issueFor(certificateName, "127.0.0.1", "localhost");
	}

	/** Issue a certificate for hosts or IPv4 addresses, and no others. */
	public Certificates issueFor(String certificateName, String... hosts) {
		return issue(certificateName, Instant.now().plus(DAY), hosts);
	}

	/** Issue a certificate that has been valid until yesterday. */
	public Certificates issueExpired(String certificateName) {
		return issue(certificateName, Instant.now().minus(DAY), "127.0.0.1", "localhost");
	}

	private Certificates issue(String certificateName, Instant end, String... hosts) {
		try {
			KeyPair own = newKeys();
			X509Certificate certificate = certificate(certificateName, own, end.minus(DAY.multipliedBy(2)), end, false,
					hosts);
			write(certificateName, certificate, own.getPrivate());
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static KeyPair newKeys() throws GeneralSecurityException {
		KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
		generator.initialize(256);
		return generator.generateKeyPair();
	}

	private X509Certificate certificate(String subject, KeyPair own, Instant start, Instant end, boolean authority,
			String... hosts) throws IOException, GeneralSecurityException {
		AlgorithmIdentifier algorithm = new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
		V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
		generator.setSerialNumber(new ASN1Integer(new BigInteger(63, new SecureRandom())));
		generator.setSignature(algorithm);
		generator.setIssuer(new X500Name("CN=" + this.name));
		generator.setSubject(new X500Name("CN=" + subject));
		generator.setStartDate(new Time(Date.from(start)));
		generator.setEndDate(new Time(Date.from(end)));
		generator.setSubjectPublicKeyInfo(SubjectPublicKeyInfo.getInstance(own.getPublic().getEncoded()));
		GeneralName[] names = Arrays.stream(hosts)
			.map((host) -> new GeneralName(host.matches("[0-9.]+") ? GeneralName.iPAddress : GeneralName.dNSName, host))
			.toArray(GeneralName[]::new);
		generator.setExtensions(new Extensions(authority
				? new Extension(Extension.basicConstraints, true, new BasicConstraints(true).getEncoded())
				: new Extension(Extension.subjectAlternativeName, false, new GeneralNames(names).getEncoded())));
		TBSCertificate content = generator.generateTBSCertificate();
		Signature signature = Signature.getInstance("SHA256withECDSA");
		signature.initSign(this.keys.getPrivate());
		signature.update(content.getEncoded());
		ASN1EncodableVector parts = new ASN1EncodableVector();
		parts.add(content);
		parts.add(algorithm);
		parts.add(new DERBitString(signature.sign()));
		return (X509Certificate) CertificateFactory.getInstance("X.509")
			.generateCertificate(new ByteArrayInputStream(new DERSequence(parts).getEncoded()));
	}

	private void write(String file, X509Certificate certificate, PrivateKey key)
			throws IOException, GeneralSecurityException {
		Files.writeString(path(file + ".key"), pem("PRIVATE KEY", key.getEncoded()));
		Files.writeString(path(file + ".pem"), pem("CERTIFICATE", certificate.getEncoded()));
	}

	private static String pem(String type, byte[] content) {
		String body = Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(content);
		return "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(type, body, type);
	}

	/**
	 * A file of this authority: {@code ca.pem}, {@code <name>.pem}, {@code <name>.key}.
	 */
	public Path path(String file) {
		return this.directory.resolve(file);
	}

	/** The {@code tls} section of a server with this certificate. */
	public String tls(String certificateName, String... options) {
		return "tls { cert_file: \"%s\", key_file: \"%s\", ca_file: \"%s\"%s }".formatted(
				path(certificateName + ".pem"), path(certificateName + ".key"), path("ca.pem"),
				(options.length > 0) ? ", " + String.join(", ", options) : "");
	}

	/** Properties of an SSL bundle that trusts this authority. */
	public String[] trust(String bundle) {
		return new String[] { "spring.ssl.bundle.pem." + bundle + ".truststore.certificate=file:" + path("ca.pem") };
	}

	/** Properties that give an SSL bundle a key and certificate of this authority. */
	public String[] key(String bundle, String certificateName) {
		String prefix = "spring.ssl.bundle.pem." + bundle + ".keystore.";
		return new String[] { prefix + "certificate=file:" + path(certificateName + ".pem"),
				prefix + "private-key=file:" + path(certificateName + ".key") };
	}

	@Override
	public void close() {
		try {
			FileSystemUtils.deleteRecursively(this.directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
