/**
 * Binary packages of Ubuntu → their source packages, which is what advisories name and Chisel's manifest leaves out. Only
 * what Chisel has slices of and what differs; a source of several releases is told by the version.
 */
const sources: readonly (readonly [binary: RegExp, source: string | ((version: string) => string)])[] = [
  [/^(?:libc6|libc-bin|libc-dev-bin|libc6-dev|locales)$/, 'glibc'],
  [/^(?:libgcc-s1|libstdc\+\+6|libgomp1|libatomic1|libgfortran5|gcc-\d+-base|libquadmath0)$/, gcc],
  [/^libssl\d|^libssl-dev$/, 'openssl'],
  [/^zlib1g/, 'zlib'],
  [/^libpcre2-/, 'pcre2'],
  [/^libexpat1/, 'expat'],
  [/^libffi\d/, 'libffi'],
  [/^libsqlite3-0$|^sqlite3$/, 'sqlite3'],
  [/^(?:libbz2-1\.0|bzip2)$/, 'bzip2'],
  [/^(?:liblzma5|xz-utils)$/, 'xz-utils'],
  [/^libzstd1$|^zstd$/, 'libzstd'],
  [/^libsystemd|^libudev1$|^udev$/, 'systemd'],
  [/^lib(?:uuid1|mount1|blkid1|smartcols1|fdisk1)$|^(?:mount|bsdutils|util-linux-extra)$/, 'util-linux'],
  [/^(?:libtinfo6|libncurses6|libncursesw6|ncurses-(?:base|bin))$/, 'ncurses'],
  [/^lib(?:k5crypto3|gssapi-krb5-2|krb5-3|krb5support0)$/, 'krb5'],
  [/^libcom-err2$|^lib(?:ext2fs2|ss2)/, 'e2fsprogs'],
  [/^libgnutls30/, 'gnutls28'],
  [/^libhogweed6|^libnettle8/, 'nettle'],
  [/^libidn2-0$/, 'libidn2'],
  [/^libunistring\d/, 'libunistring'],
  [/^libcurl[34]|^libcurl3-gnutls$/, 'curl'],
  [/^libnghttp2-14$/, 'nghttp2'],
  [/^libssh-4$/, 'libssh'],
  [/^libldap/, 'openldap'],
  [/^libpsl5/, 'libpsl'],
  [/^librtmp1$/, 'rtmpdump'],
  [/^libbrotli1$/, 'brotli'],
  [/^libp11-kit0$/, 'p11-kit'],
  [/^libicu\d/, 'icu'],
  [/^libgmp10$/, 'gmp'],
  [/^libselinux1$/, 'libselinux'],
  [/^libsepol2$/, 'libsepol'],
  [/^libacl1$/, 'acl'],
  [/^libattr1$/, 'attr'],
  [/^libcap2/, 'libcap2'],
  [/^libcrypt1$/, 'libxcrypt'],
  [/^libpam/, 'pam'],
  [/^libaudit/, 'audit'],
  [/^libdb5\.3/, 'db5.3'],
  [/^libgdbm/, 'gdbm'],
  [/^libreadline8|^readline-common$/, 'readline'],
  [/^libnode\d/, 'nodejs'],
  [/^(?:libperl5|perl-base|perl-modules)/, 'perl'],
  [/^libpython3-stdlib$|^python3(?:-minimal)?$/, 'python3-defaults'],
  [/^libglib2\.0/, 'glib2.0'],
  [/^libfreetype6$/, 'freetype'],
  [/^libfontconfig1$|^fontconfig/, 'fontconfig'],
  [/^libpng16/, 'libpng1.6'],
  [/^libjpeg-turbo8$/, 'libjpeg-turbo'],
  [/^libxcb/, 'libxcb'],
  [/^libx11-/, 'libx11'],
  [/^liblcms2-2$/, 'lcms2'],
  [/^libharfbuzz/, 'harfbuzz'],
  [/^liblttng-ust/, 'ust'],
  [/^libnuma1$/, 'numactl'],
  [/^libyaml-0-2$/, 'libyaml'],
  [/^libmpdec/, 'mpdecimal'],
  [/^libhiredis/, 'hiredis'],
  [/^libjemalloc2$/, 'jemalloc'],
  [/^libevent-/, 'libevent'],
];

function gcc(version: string): string {
  return `gcc-${version.split('.', 1)[0]}`;
}

/** Families whose binaries begin with the source's own name. */
const STEMS = /^(?:lib)?(python3\.\d+)|^(openjdk-\d+)-|^(?:dotnet|aspnetcore|netstandard)-.*-(\d+)\.\d+$/;

export function ubuntuSource(name: string, version: string): string {
  const [, python, java, dotnet] = STEMS.exec(name) ?? [];
  if (dotnet !== undefined) return `dotnet${dotnet}`;
  const stem = python ?? java;
  if (stem !== undefined) return stem;
  const source = sources.find(([pattern]) => pattern.test(name))?.[1];
  if (source === undefined) return name;
  return typeof source === 'string' ? source : source(version);
}
