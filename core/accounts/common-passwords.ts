/**
 * The commonest passwords of eight and more characters in leaked lists; shorter ones are refused by their length. Compared in lower
 * case. A small list on purpose: it stops what is tried first, and the throttle of logins stops the rest.
 */
const commonPasswords = new Set(
  `password password1 password12 password123 password1234 passw0rd p@ssw0rd p@ssword p@ssword1 password! password1!
  12345678 123456789 1234567890 12345678910 123123123 1234512345 11111111 111111111 1111111111 00000000 000000000 0000000000
  87654321 987654321 9876543210 0987654321 88888888 99999999 66666666 77777777 55555555 44444444 33333333 22222222 12341234
  11223344 12344321 1122334455 112233445566 147258369 159753456 789456123 741852963 123654789 1234567a a1234567 a12345678
  a123456789 12345678a 123456789a 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx 1qaz2wsx3edc zaq12wsx zaq1zaq1 qazwsxedc qazwsx123
  qwertyui qwertyuiop qwerty12 qwerty123 qwerty1234 qwerty12345 qwerty123456 qwerty1! qwert123 qwert12345 qweasdzxc qweqweqwe
  1qazxsw2 asdfghjk asdfghjkl asdfasdf asdf1234 asdfqwer zxcvbnm1 zxcvbnm123 zxcvbnm, abcd1234 abcd12345 abc12345 abc123456
  abcdefgh abcdefghi abcdefghij aaaaaaaa aaaaaaaaaa aa123456 aa12345678 iloveyou iloveyou1 iloveyou2 iloveyou! loveyou1
  sunshine sunshine1 princess princess1 football football1 baseball baseball1 basketball superman superman1 starwars
  trustno1 whatever whatever1 dragon123 monkey123 master123 shadow123 michael1 jennifer jennifer1 michelle michelle1 jordan23
  computer computer1 internet internet1 samsung1 samsung123 welcome1 welcome12 welcome123 welcome1! welcome@123 letmein1 letmein123
  letmein! changeme changeme1 changeme123 changeit default1 temp1234 temppass test1234 test12345 testtest testing1 testing123
  admin123 admin1234 admin12345 admin123456 admin@123 administrator adminadmin root1234 rootroot guest123 user1234 username
  secret12 secret123 p4ssw0rd pa55word pa55w0rd pass1234 pass12345 passpass passport passwort passwort1 hallo123 hallo1234
  motdepasse azertyuiop azerty123 contrasena contraseña senha123 senha1234 12345senha parola123 wachtwoord mypassword mypassword1
  yourpassword newpassword oldpassword nopassword thepassword summer2024 summer2025 summer2026 winter2024 winter2025 winter2026
  spring2025 spring2026 autumn2025 autumn2026 january1 february monday123 october1 november december liverpool liverpool1
  chelsea1 arsenal1 barcelona realmadrid juventus bayern123 pokemon1 pokemon123 minecraft fortnite naruto123 charlie1 jessica1
  ashley123 daniel123 anthony1 matthew1 jonathan elizabeth victoria alexander alexandra benjamin christian nicholas samantha
  butterfly chocolate cheesecake spiderman batman123 blink182 metallica nirvana1 slipknot mercedes corvette mustang1 ferrari1
  harley123 whatsapp whatsapp1 whatsapp123 facebook facebook1 google123 instagram telegram tiktok123 killer123 fuckyou1 fuckyou!
  babygirl babygirl1 lovelove sweetheart friends1 family123 forever1 freedom1 hello123 hello1234 hellohello helloworld goodluck
  asdasdasd qwe123qwe 123qweasd 123qwe123 q1w2e3r4 q1w2e3r4t5 qwer1234 qwer12345 r4e3w2q1 1a2b3c4d a1b2c3d4 a1b2c3d4e5 zxczxczxc
  1password 123password 1234qwer 123abc123 987654321a correcthorse correcthorsebatterystaple`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

/** @example isCommonPassword('Password123') // true */
export function isCommonPassword(password: string): boolean {
  return commonPasswords.has(password.toLowerCase());
}
